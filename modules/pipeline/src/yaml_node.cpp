// SPDX-License-Identifier: Apache-2.0
#include "yaml_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "cers/fyaml/handles.hpp"
#include "cers/pipeline/document.hpp"

namespace cers::yaml {
namespace {

constexpr std::size_t deepest_nesting = 32;
constexpr std::size_t longest_text = std::size_t{64} << 20U;

/// Length of the UTF-8 sequence at the start of `text`, 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return tail(1) ? 2 : 0;
  if ((lead & 0xF0U) == 0xE0U) {
    const bool overlong = lead == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = lead == 0xEDU && byte(1) > 0x9FU;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    const bool overlong = lead == 0xF0U && byte(1) < 0x90U;
    const bool too_big = lead == 0xF4U && byte(1) > 0x8FU;
    return tail(1) && tail(2) && tail(3) && !overlong && !too_big ? 4 : 0;
  }
  return 0;
}

using fyaml::collecting_diag;
using fyaml::Event;

/// Builds the tree from events, without recursion.
class Builder {
 public:
  explicit Builder(Faults& faults) : faults_(faults) {}

  std::optional<Node> run() {
    const auto diag = collecting_diag();
    fy_parse_cfg config{};
    config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2);
    config.diag = diag.get();
    const fyaml::Parser parser(diag ? fy_parser_create(&config) : nullptr);
    if (!parser || fy_parser_set_string(parser.get(), faults_.text().data(), faults_.text().size()) != 0) {
      faults_.add({}, "the YAML reader cannot be started");
      return std::nullopt;
    }
    bool ended = false;
    while (!ended) {
      const Event event(fy_parser_parse(parser.get()), fyaml::EventDeleter{parser.get()});
      if (!event) break;
      ended = event->type == FYET_STREAM_END;
      if (!handle(*event)) return std::nullopt;
    }
    if (!ended || fy_parser_get_stream_error(parser.get())) {
      report_syntax(diag.get());
      return std::nullopt;
    }
    return std::move(root_);
  }

 private:
  struct Frame {
    Node node;
    bool has_key = false;
    bool dropped = false;  ///< the value of a refused key is read and thrown away
    std::string key;
    Mark key_mark;
    std::unordered_map<std::string, int> lines;  ///< keys so far and where
  };

  static Mark mark_of_token(fy_token* token, Mark otherwise) {
    const fy_mark* mark = token != nullptr ? fy_token_start_mark(token) : nullptr;
    return mark != nullptr ? Mark{mark->line + 1, mark->column + 1} : otherwise;
  }

  Mark current_mark() const {
    if (frames_.empty()) return {};
    const Frame& frame = frames_.back();
    return frame.has_key ? frame.key_mark : frame.node.mark;
  }

  /// False when reading must stop.
  bool handle(const fy_event& event) {
    switch (event.type) {
      case FYET_DOCUMENT_START:
        if (++documents_ > 1) {
          const Mark mark = mark_of_token(event.document_start.document_start, {});
          faults_.add(mark, "a pipeline file holds one document, and here a second one starts",
                      "remove the line '---', or write two files");
          return false;
        }
        return true;
      case FYET_ALIAS: {
        const Mark mark = mark_of_token(event.alias.anchor, current_mark());
        faults_.add({mark.line, std::max(1, mark.column - 1)}, "aliases (*name) are not used in pipeline files",
                    "write the value out, or declare it under 'parameters' and refer to it as $name");
        Node node;
        node.kind = Node::Kind::invalid;
        node.mark = mark;
        attach(std::move(node));
        return true;
      }
      case FYET_SCALAR:
        refuse_marks(event.scalar.anchor, event.scalar.tag);
        attach(scalar(event.scalar.value));
        return true;
      case FYET_SEQUENCE_START:
        refuse_marks(event.sequence_start.anchor, event.sequence_start.tag);
        return open(Node::Kind::sequence, event.sequence_start.sequence_start);
      case FYET_MAPPING_START:
        refuse_marks(event.mapping_start.anchor, event.mapping_start.tag);
        return open(Node::Kind::mapping, event.mapping_start.mapping_start);
      case FYET_SEQUENCE_END:
      case FYET_MAPPING_END: {
        Node node = std::move(frames_.back().node);
        frames_.pop_back();
        attach(std::move(node));
        return true;
      }
      default:
        return true;
    }
  }

  void refuse_marks(fy_token* anchor, fy_token* tag) {
    if (anchor != nullptr) {
      const Mark mark = mark_of_token(anchor, current_mark());
      faults_.add({mark.line, std::max(1, mark.column - 1)}, "anchors (&name) are not used in pipeline files",
                  "write the value out, or declare it under 'parameters' and refer to it as $name");
    }
    if (tag != nullptr) {
      faults_.add(mark_of_token(tag, current_mark()), "tags (!name) are not used in pipeline files",
                  "remove the tag; put quotes around a text that starts with '!'");
    }
  }

  Node scalar(fy_token* token) {
    Node node;
    node.mark = mark_of_token(token, current_mark());
    std::size_t length = 0;
    const char* text = token != nullptr ? fy_token_get_text(token, &length) : nullptr;
    if (text != nullptr) node.text.assign(text, length);
    const fy_scalar_style style = token != nullptr ? fy_scalar_token_get_style(token) : FYSS_ANY;
    const bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    if (quoted) node.mark.column = std::max(1, node.mark.column - 1);
    const bool block = style == FYSS_LITERAL || style == FYSS_FOLDED;
    node.kind = node.text.empty() && !quoted && !block ? Node::Kind::empty : Node::Kind::scalar;
    bool text_ok = node.text.find('\0') == std::string::npos;
    for (std::size_t at = 0; text_ok && at < node.text.size();) {
      const std::size_t step = utf8_length(std::string_view(node.text).substr(at));
      text_ok = step != 0;
      at += step;
    }
    if (!text_ok) {
      faults_.add(node.mark, "this text holds a character that cannot be used (code 0, or no Unicode character)",
                  "remove the escape sequence");
      node.kind = Node::Kind::invalid;
    }
    return node;
  }

  bool open(Node::Kind kind, fy_token* token) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = mark_of_token(token, current_mark());
    if (frames_.size() >= deepest_nesting) {
      faults_.add(frame.node.mark, fmt::format("more than {} levels of nesting", deepest_nesting),
                  "a pipeline needs at most five; is a bracket too many?");
      return false;
    }
    frames_.push_back(std::move(frame));
    return true;
  }

  void attach(Node node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (frame.has_key) {
      if (!frame.dropped) frame.node.entries.push_back({std::move(frame.key), frame.key_mark, std::move(node)});
      frame.has_key = false;
    } else {
      take_key(frame, std::move(node));
    }
  }

  void take_key(Frame& frame, Node node) {
    frame.has_key = true;
    frame.dropped = false;
    frame.key_mark = node.mark;
    frame.key = std::move(node.text);
    if (node.kind != Node::Kind::scalar || frame.key.empty()) {
      if (node.kind != Node::Kind::invalid) faults_.add(node.mark, "a key must be a text", "write name: value");
      frame.dropped = true;
      return;
    }
    const auto [found, fresh] = frame.lines.emplace(frame.key, node.mark.line);
    if (fresh) return;
    faults_.add(node.mark, fmt::format("'{}' is given twice, first in line {}", frame.key, found->second),
                "keep one of the two");
    frame.dropped = true;
  }

  void report_syntax(fy_diag* diag) {
    void* iterator = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(diag, &iterator);
    const std::string what = error != nullptr && error->msg != nullptr ? error->msg : "unknown error";
    const Mark end = faults_.mark_of(faults_.text().size());
    Mark mark = error != nullptr ? Mark{std::max(1, error->line), std::max(1, error->column)} : end;
    std::string remedy;
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && remedy.empty(); ++frame) {
      const std::string line = faults_.excerpt(frame->node.mark);
      const auto newline = line.find('\n');
      const auto caret = line.find('^', newline == std::string::npos ? 0 : newline);
      if (caret == std::string::npos || caret - newline - 1 >= newline) continue;
      const char bracket = line[caret - newline - 1];
      if (bracket != '[' && bracket != '{') continue;
      remedy = fmt::format("the '{}' of line {}, column {} is still open here", bracket, frame->node.mark.line,
                           frame->node.mark.column);
    }
    faults_.add(mark, "this is not YAML: " + what, remedy);
  }

  Faults& faults_;
  std::vector<Frame> frames_;
  std::optional<Node> root_;
  int documents_ = 0;
};

}  // namespace

const Entry* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Faults::Faults(std::string_view text, std::string name) : text_(text), name_(std::move(name)), line_starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const bool feed = text_[i] == '\n';
    const bool lone_return = text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n');
    if (feed || lone_return) line_starts_.push_back(i + 1);
  }
}

void Faults::add(Mark mark, std::string what, std::string remedy) {
  faults_.push_back({location(mark), std::move(what), std::move(remedy), excerpt(mark)});
}

std::string_view Faults::line_at(int line) const {
  const auto index = static_cast<std::size_t>(line) - 1;
  if (line < 1 || index >= line_starts_.size()) return {};
  const std::size_t begin = line_starts_[index];
  const std::size_t end = text_.find_first_of("\r\n", begin);
  return text_.substr(begin, end == std::string_view::npos ? end : end - begin);
}

std::string Faults::excerpt(Mark mark) const {
  constexpr std::size_t before = 60;
  constexpr std::size_t after = 50;
  const std::string_view line = line_at(mark.line);
  if (line.empty()) return {};
  std::vector<std::string_view> characters;  // one column each
  std::size_t at = 0;
  const auto column = static_cast<std::size_t>(std::max(1, mark.column)) - 1;
  while (at < line.size() && characters.size() < column + after) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(line.substr(at)));
    characters.push_back(line.substr(at, length));
    at += length;
  }
  const std::size_t caret = std::min(column, characters.size());
  const std::size_t first = caret > before + after ? caret - before : 0;
  std::string shown = first > 0 ? "…" : "";
  std::string below = first > 0 ? " " : "";
  for (std::size_t i = first; i < characters.size(); ++i) {
    const std::string_view c = characters[i];
    const bool printable = c == "\t" || (static_cast<unsigned char>(c[0]) >= 0x20U && c[0] != 0x7F && utf8_length(c));
    shown += printable ? c : std::string_view("?");
    if (i < caret) below += c == "\t" ? "\t" : " ";
  }
  if (at < line.size()) shown += "…";
  return shown + "\n" + below + "^";
}

Mark Faults::mark_of(std::size_t offset) const {
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<int>(next - line_starts_.begin());
  const std::size_t begin = *std::prev(next);
  int column = 1;
  for (std::size_t at = begin; at < offset && at < text_.size(); ++column) {
    at += std::max<std::size_t>(1, utf8_length(text_.substr(at)));
  }
  return {line, column};
}

void Faults::hand_over(Diagnostics& diagnostics) {
  std::stable_sort(faults_.begin(), faults_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
  });
  for (Diagnostic& d : faults_) {
    diagnostics.fault(std::move(d.where), std::move(d.fault), std::move(d.remedy), std::move(d.excerpt));
  }
  faults_.clear();
}

std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20U && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7FU;
    const std::size_t length = control ? 0 : utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::optional<Node> parse(Faults& faults) {
  if (faults.text().size() > longest_text) {
    faults.add({}, fmt::format("the file has {} bytes: too long for a pipeline", faults.text().size()));
    return std::nullopt;
  }
  if (const auto bad = first_bad_byte(faults.text())) {
    faults.add(faults.mark_of(*bad),
               fmt::format("byte 0x{:02X} is not UTF-8 text", static_cast<unsigned char>(faults.text()[*bad])),
               "is this a pipeline file? Save it as UTF-8 text");
    return std::nullopt;
  }
  return Builder(faults).run();
}

}  // namespace cers::yaml

namespace cers {

std::string source_excerpt(std::string_view text, const Location& where) {
  return where.line < 1 ? std::string{} : yaml::Faults(text, where.file).excerpt({where.line, where.column});
}

}  // namespace cers
