// SPDX-License-Identifier: Apache-2.0
#include "stored_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <pugixml.hpp>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/fyaml/handles.hpp"

namespace cers::learn {
namespace {

constexpr std::size_t deepest_nesting = 32;
constexpr const char* copy_again = "copy the model again, or train it again";

void check_depth(std::size_t depth, const std::string& path) {
  if (depth > deepest_nesting) throw DataError(path + " is nested too deeply for a model", copy_again);
}

using fyaml::collecting_diag;
using fyaml::Event;

std::string_view text_of(fy_token* token) {
  std::size_t length = 0;
  const char* text = token != nullptr ? fy_token_get_text(token, &length) : nullptr;
  return text != nullptr ? std::string_view(text, length) : std::string_view{};
}

/// Keys and values apart, as libfyaml's events come. OpenCV writes flow maps without a blank after the colon, "{ var:3
/// }", which YAML takes for one word without a value: taken apart here.
class YamlEvents {
 public:
  YamlEvents(const std::string& path, ModelEvents& events) : path_(path), events_(events) {}

  void handle(const fy_event& event) {
    switch (event.type) {
      case FYET_MAPPING_START:
        return open(true, text_of(event.mapping_start.tag));
      case FYET_SEQUENCE_START:
        return open(false, text_of(event.sequence_start.tag));
      case FYET_MAPPING_END:
      case FYET_SEQUENCE_END:
        frames_.pop_back();
        return events_.close();
      case FYET_SCALAR:
        return scalar(text_of(event.scalar.value));
      case FYET_ALIAS:
        throw DataError(path_ + " is no model of OpenCV: it holds a YAML alias", copy_again);
      default:
        return;
    }
  }

 private:
  struct Frame {
    bool map = false;
    bool has_key = false;
    std::string key = {};
  };

  /// The key that what comes next belongs to.
  std::string take_key() {
    if (frames_.empty() || !frames_.back().map) return {};
    Frame& frame = frames_.back();
    if (!frame.has_key) throw DataError(path_ + " is no model of OpenCV: a key is no text", copy_again);
    frame.has_key = false;
    return frame.key;
  }

  void open(bool map, std::string_view tag) {
    constexpr std::string_view yaml_types = "tag:yaml.org,2002:";
    if (tag.starts_with(yaml_types)) tag.remove_prefix(yaml_types.size());
    while (tag.starts_with("!")) tag.remove_prefix(1);
    events_.open(take_key(), tag);
    frames_.push_back({map});
    check_depth(frames_.size(), path_);
  }

  void scalar(std::string_view text) {
    if (frames_.empty() || !frames_.back().map) return events_.scalar({}, text);
    Frame& frame = frames_.back();
    if (!frame.has_key) {
      frame.key = text;
      frame.has_key = true;
      return;
    }
    frame.has_key = false;
    const auto colon = frame.key.find(':');
    if (!text.empty() || colon == std::string::npos) return events_.scalar(frame.key, text);
    const std::string_view both = frame.key;
    events_.scalar(both.substr(0, colon), both.substr(colon + 1));
  }

  const std::string& path_;
  ModelEvents& events_;
  std::vector<Frame> frames_;
};

[[noreturn]] void report_syntax(fy_diag* diag, const std::string& path) {
  void* previous = nullptr;
  const fy_diag_error* error = fy_diag_errors_iterate(diag, &previous);
  if (error == nullptr) throw DataError(path + " is no YAML, XML or JSON that can be read", copy_again);
  throw DataError(fmt::format("{}:{}:{}: {}", path, error->line, error->column, error->msg), copy_again);
}

/// The text an XML element holds when it has no elements; in `kind` "opencv-matrix" and plain sequences numbers.
class XmlEvents {
 public:
  XmlEvents(const std::string& path, ModelEvents& events) : path_(path), events_(events) {}

  void walk(pugi::xml_node node, std::size_t depth) {
    check_depth(depth, path_);
    const std::string_view name = node.name();
    const std::string_view key = name == "_" ? std::string_view{} : name;
    const bool plain = !node.first_child() || !has_elements(node);
    if (plain && !node.attribute("type_id")) return events_.scalar(key, trimmed(node.text().get()));
    events_.open(key, node.attribute("type_id").value());
    for (const pugi::xml_node child : node.children()) {
      if (child.type() == pugi::node_element) walk(child, depth + 1);
    }
    events_.close();
  }

 private:
  static bool has_elements(pugi::xml_node node) {
    return std::any_of(node.begin(), node.end(), [](auto child) { return child.type() == pugi::node_element; });
  }

  const std::string& path_;
  ModelEvents& events_;
};

}  // namespace

std::string file_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  std::string text;
  if (stream) {
    const std::streamoff size = stream.tellg();
    // A folder opens but has no size.
    if (size >= 0 && size < std::streamoff{1} << 40) text.resize(static_cast<std::size_t>(size));
    stream.seekg(0);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  }
  if (!stream)
    throw DataError(fmt::format("{} cannot be read: {}", path, std::strerror(errno)), "check the name of the file");
  return text;
}

void read_yaml(std::string_view text, const std::string& path, ModelEvents& events) {
  // OpenCV's first line "%YAML:1.0" is no directive of YAML, and libfyaml knows 1.1 and later.
  std::string readable(text);
  if (readable.starts_with("%YAML")) readable[0] = '#';
  const auto diag = collecting_diag();
  fy_parse_cfg config{};
  config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2);
  config.diag = diag.get();
  const fyaml::Parser parser(diag ? fy_parser_create(&config) : nullptr);
  if (!parser || fy_parser_set_string(parser.get(), readable.data(), readable.size()) != 0)
    throw InternalError("the YAML reader cannot be started");
  YamlEvents yaml(path, events);
  bool ended = false;
  while (!ended) {
    const Event event(fy_parser_parse(parser.get()), fyaml::EventDeleter{parser.get()});
    if (!event) break;
    ended = event->type == FYET_STREAM_END;
    yaml.handle(*event);
  }
  if (!ended || fy_parser_get_stream_error(parser.get())) report_syntax(diag.get(), path);
}

void read_xml(std::string_view text, const std::string& path, ModelEvents& events) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size());
  if (!result || !document.document_element()) {
    const auto offset = std::min(text.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)));
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    throw DataError(fmt::format("{} is no whole XML document: line {}: {}", path, line,
                                result ? "it is empty" : result.description()),
                    copy_again);
  }
  XmlEvents(path, events).walk(document.document_element(), 0);
}

void read_stored(std::string_view text, const std::string& path, ModelEvents& events) {
  const std::string_view start = trimmed(text.substr(0, 4096));
  // OpenCV ends every line: a file cut within a number would read as another number.
  if (start.starts_with("%YAML") && text.back() != '\n')
    throw DataError(path + " ends early: its last line is not whole", copy_again);
  if (start.starts_with("<")) {
    read_xml(text, path, events);
  } else {
    read_yaml(text, path, events);
  }
}

StoredKind stored_kind(std::string_view text) {
  // The name stands within the first lines, whatever the syntax.
  const std::string_view start = text.substr(0, 256);
  const auto has = [&](std::string_view name) { return start.find(name) != std::string_view::npos; };
  if (has("opencv_ml_boost") || has("my_boost_tree") || has("opencv-ml-boost-tree")) return StoredKind::boost;
  if (has("svmsgd")) return StoredKind::other;
  if (has("opencv_ml_svm") || has("my_svm") || has("opencv-ml-svm")) return StoredKind::svm;
  return StoredKind::other;
}

}  // namespace cers::learn
