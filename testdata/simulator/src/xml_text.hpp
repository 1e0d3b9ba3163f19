// SPDX-License-Identifier: Apache-2.0
// Indented XML, written front to back.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cers::simulator {

class XmlText {
 public:
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  explicit XmlText(std::string declaration) : text_(std::move(declaration) + "\n") {}
  void open(const std::string& tag, const Attributes& attributes = {}) {
    text_ += indent() + "<" + tag + written(attributes) + ">\n";
    open_.push_back(tag);
  }
  void close() {
    const std::string tag = open_.back();
    open_.pop_back();
    text_ += indent() + "</" + tag + ">\n";
  }
  void leaf(const std::string& tag, const std::string& value, const Attributes& attributes = {}) {
    text_ += indent() + "<" + tag + written(attributes) + ">" + value + "</" + tag + ">\n";
  }
  /// Runs `content` between the tags.
  template <class F>
  void element(const std::string& tag, F content) {
    element(tag, Attributes{}, content);
  }
  template <class F>
  void element(const std::string& tag, const Attributes& attributes, F content) {
    open(tag, attributes);
    content();
    close();
  }
  const std::string& text() const { return text_; }

 private:
  std::string indent() const { return std::string(2 * open_.size(), ' '); }
  static std::string written(const Attributes& attributes) {
    std::string out;
    for (const auto& [name, value] : attributes) out += " " + name + "=\"" + value + "\"";
    return out;
  }
  std::string text_;
  std::vector<std::string> open_;
};

}  // namespace cers::simulator
