// SPDX-License-Identifier: Apache-2.0
#include "cers/pipeline/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "cers/core/pixel_type.hpp"
#include "cers/core/text.hpp"
#include "document_rules.hpp"
#include "yaml_node.hpp"

namespace cers {
namespace {

using yaml::Entry;
using yaml::Mark;
using yaml::Node;
using Kind = yaml::Node::Kind;

struct Field {
  std::string key;
  std::function<void(const Entry&)> read;
};

std::string of_an(const std::string& what) {
  const bool vowel = !what.empty() && std::string_view("aeiou").find(what[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + what;
}

class Reader {
 public:
  Reader(yaml::Faults& faults, Document& document) : faults_(faults), document_(document) {}

  void read(const Node& root) {
    if (!root.is(Kind::mapping)) {
      const bool nothing = root.is(Kind::empty);
      faults_.add(root.mark,
                  nothing ? "the file is empty" : "a pipeline file starts with keys, not with a value or list",
                  "begin with 'cers: 1', then 'steps:' and 'outputs:'");
      return;
    }
    read_fields(root, "pipeline",
                {{"cers", [&](const Entry& e) { read_version(e); }},
                 {"name", [&](const Entry& e) { document_.name = text(e); }},
                 {"doc", [&](const Entry& e) { document_.doc = text(e); }},
                 {"inputs", [&](const Entry& e) { each_named(e, [&](const Entry& one) { read_input(one); }); }},
                 {"parameters", [&](const Entry& e) { each_named(e, [&](const Entry& one) { read_parameter(one); }); }},
                 {"steps", [&](const Entry& e) { read_steps(e); }},
                 {"outputs", [&](const Entry& e) { each_named(e, [&](const Entry& one) { read_output(one); }); }}});
    if (root.find("cers") == nullptr) {
      faults_.add(
          root.mark, "the key 'cers' is missing",
          fmt::format("begin with 'cers: {}'; this program reads version {}", document_version, document_version));
    }
    if (const Entry* steps = root.find("steps"); steps == nullptr || has_nothing(steps->value)) {
      faults_.add(steps != nullptr ? steps->mark : root.mark, "the pipeline has no step",
                  "add steps: [{id: ndvi, app: NameOfApplication}]");
    }
    if (const Entry* outputs = root.find("outputs"); outputs == nullptr || has_nothing(outputs->value)) {
      faults_.add(outputs != nullptr ? outputs->mark : root.mark, "the pipeline has no output",
                  "add outputs: {ndvi: {from: ndvi, to: ndvi.tif}}");
    }
    check_rules(document_, tokens_, faults_);
  }

 private:
  static bool has_nothing(const Node& node) {
    return !node.is(Kind::invalid) && !node.is(Kind::scalar) && node.items.empty() && node.entries.empty();
  }

  void read_fields(const Node& node, const std::string& what, const std::vector<Field>& fields) {
    for (const Entry& entry : node.entries) {
      const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.key == entry.key; });
      if (found != fields.end()) {
        found->read(entry);
        continue;
      }
      std::vector<std::string> known;
      for (const Field& field : fields) known.push_back(field.key);
      faults_.add(entry.mark, fmt::format("{} has no key '{}'", of_an(what), entry.key), suggestion(entry.key, known));
    }
  }

  /// A mapping of ids to declarations.
  void each_named(const Entry& entry, const std::function<void(const Entry&)>& read_one) {
    if (entry.value.is(Kind::mapping)) {
      for (const Entry& one : entry.value.entries) {
        const bool usable = one.value.is(Kind::mapping) || one.value.is(Kind::empty) || one.value.is(Kind::invalid);
        if (!usable) {
          faults_.add(one.value.mark, fmt::format("'{}' under '{}' must hold keys", one.key, entry.key),
                      fmt::format("write {}: {{key: value}}", one.key));
        }
        read_one(one);
      }
    } else if (!entry.value.is(Kind::empty) && !entry.value.is(Kind::invalid)) {
      faults_.add(entry.value.mark, fmt::format("'{}' must hold ids, each with its keys", entry.key),
                  fmt::format("write {}: {{id: {{key: value}}}}", entry.key));
    }
  }

  /// One text; a fault and an empty text when something else stands there.
  std::string text(const Entry& entry) {
    if (entry.value.is(Kind::scalar)) return entry.value.text;
    if (entry.value.is(Kind::empty)) {
      faults_.add(entry.mark, fmt::format("'{}' has no value", entry.key), "write '' for an empty text");
    } else if (!entry.value.is(Kind::invalid)) {
      faults_.add(entry.value.mark, fmt::format("'{}' takes one value", entry.key));
    }
    return {};
  }

  /// One text or a list of texts, as the marks and texts of its parts.
  std::vector<const Node*> parts(const Entry& entry) {
    std::vector<const Node*> result;
    const Node& value = entry.value;
    if (value.is(Kind::sequence)) {
      for (const Node& item : value.items) {
        if (item.is(Kind::scalar))
          result.push_back(&item);
        else if (!item.is(Kind::invalid)) {
          faults_.add(item.mark, fmt::format("the list '{}' must hold plain values only", entry.key),
                      item.is(Kind::empty) ? "write '' for an empty text" : "");
        }
      }
    } else if (value.is(Kind::mapping)) {
      faults_.add(value.mark, fmt::format("'{}' takes a value or a list, not keys", entry.key), nested_remedy(entry));
    } else if (value.is(Kind::scalar)) {
      result.push_back(&value);
    } else if (value.is(Kind::empty)) {
      faults_.add(entry.mark, fmt::format("'{}' has no value", entry.key), "write '' for an empty text");
    }
    return result;
  }

  /// "write channels.nir: 4" for channels: {nir: 4}.
  static std::string nested_remedy(const Entry& entry) {
    std::string key = entry.key;
    const Node* node = &entry.value;
    while (node->is(Kind::mapping) && !node->entries.empty()) {
      key += "." + node->entries.front().key;
      node = &node->entries.front().value;
    }
    if (node == &entry.value) return "write [] for an empty list";
    return fmt::format("write {}: {}", key, node->is(Kind::scalar) ? node->text : "value");
  }

  std::vector<std::string> texts(const Entry& entry) {
    std::vector<std::string> result;
    for (const Node* part : parts(entry)) result.push_back(part->text);
    return result;
  }

  std::optional<double> real(const Entry& entry) {
    const std::string written = text(entry);
    if (!entry.value.is(Kind::scalar)) return std::nullopt;
    const auto value = parse_real(written);
    if (!value) faults_.add(entry.value.mark, fmt::format("'{}' takes a number, not '{}'", entry.key, written));
    return value;
  }

  bool flag(const Entry& entry) {
    const std::string written = text(entry);
    if (entry.value.is(Kind::scalar) && written != "true" && written != "false") {
      faults_.add(entry.value.mark, fmt::format("'{}' takes true or false, not '{}'", entry.key, written));
    }
    return written == "true";
  }

  std::string one_of(const Entry& entry, const std::vector<std::string>& names) {
    std::string written = text(entry);
    if (entry.value.is(Kind::scalar) && std::find(names.begin(), names.end(), written) == names.end()) {
      faults_.add(entry.value.mark, fmt::format("'{}' cannot be '{}'", entry.key, written), suggestion(written, names));
    }
    return written;
  }

  void read_version(const Entry& entry) {
    const std::string written = text(entry);
    if (!entry.value.is(Kind::scalar) || written == std::to_string(document_version)) return;
    faults_.add(entry.value.mark,
                fmt::format("this program reads pipeline version {}, not '{}'", document_version, written),
                fmt::format("write 'cers: {}', or use a newer program", document_version));
  }

  void read_input(const Entry& entry) {
    InputDecl input;
    input.id = entry.key;
    input.where = faults_.location(entry.mark);
    read_fields(entry.value, "input",
                {{"kind",
                  [&](const Entry& e) {
                    input.kind = one_of(e, {"raster", "product", "vector", "file"});
                  }},
                 {"help", [&](const Entry& e) { input.help = text(e); }},
                 {"align", [&](const Entry& e) { input.align = text(e); }},
                 {"resampling",
                  [&](const Entry& e) {
                    input.resampling = one_of(e, {"nearest", "bilinear", "cubic", "average"});
                  }},
                 {"gsd", [&](const Entry& e) { input.gsd_m = finite(e, true); }},
                 {"tile", [&](const Entry& e) { input.tile = text(e); }},
                 {"scale", [&](const Entry& e) { input.scale = finite(e, true); }},
                 {"offset", [&](const Entry& e) { input.offset = finite(e, false); }},
                 {"nodata", [&](const Entry& e) { input.nodata = real(e); }},
                 {"list", [&](const Entry& e) { input.list = flag(e); }},
                 {"file", [&](const Entry& e) { input.files.assign(1, text(e)); }},
                 {"files", [&](const Entry& e) { input.files = texts(e); }}});
    if (entry.value.find("file") != nullptr && entry.value.find("files") != nullptr) {
      faults_.add(entry.value.find("files")->mark, fmt::format("the input '{}' has both file and files", input.id),
                  "keep one of the two");
    } else if (!input.list && input.files.size() > 1) {
      faults_.add(entry.value.find("files")->mark,
                  fmt::format("the input '{}' takes one file, not {}", input.id, input.files.size()),
                  "add 'list: true' to the input");
    }
    document_.inputs.push_back(std::move(input));
  }

  double finite(const Entry& entry, bool refuse_zero) {
    const auto value = real(entry);
    const double fallback = refuse_zero ? 1 : 0;
    if (!value) return fallback;
    if (std::isfinite(*value) && !(refuse_zero && *value == 0)) return *value;
    faults_.add(entry.value.mark, fmt::format("'{}' cannot be {}", entry.key, entry.value.text));
    return fallback;
  }

  void read_parameter(const Entry& entry) {
    ParameterDecl parameter;
    parameter.id = entry.key;
    parameter.where = faults_.location(entry.mark);
    std::vector<const Node*> given;
    const auto take = [&](const Entry& e, std::vector<std::string>& into) {
      for (const Node* part : parts(e)) {
        given.push_back(part);
        into.push_back(part->text);
      }
    };
    read_fields(entry.value, "parameter",
                {{"default",
                  [&](const Entry& e) {
                    take(e, parameter.defaults);
                    parameter.has_default = true;
                  }},
                 {"range", [&](const Entry& e) { read_range(e, parameter); }},
                 {"choices", [&](const Entry& e) { parameter.choices = texts(e); }},
                 {"help", [&](const Entry& e) { parameter.help = text(e); }},
                 {"unit", [&](const Entry& e) { parameter.unit = text(e); }},
                 {"value", [&](const Entry& e) { take(e, parameter.values); }}});
    for (const Node* part : given) {
      const std::string fault = parameter_value_fault(parameter, part->text);
      if (!fault.empty()) faults_.add(part->mark, fault, suggested_choice(parameter, part->text));
    }
    document_.parameters.push_back(std::move(parameter));
  }

  static std::string suggested_choice(const ParameterDecl& parameter, const std::string& token) {
    return parameter.choices.empty() ? std::string{} : suggestion(token, parameter.choices);
  }

  void read_range(const Entry& entry, ParameterDecl& parameter) {
    const std::vector<const Node*> ends = parts(entry);
    if (entry.value.is(Kind::invalid)) return;
    const auto low = ends.size() == 2 ? parse_real(ends[0]->text) : std::nullopt;
    const auto high = ends.size() == 2 ? parse_real(ends[1]->text) : std::nullopt;
    if (!low || !high || !(*low <= *high)) {
      faults_.add(entry.value.is(Kind::empty) ? entry.mark : entry.value.mark,
                  "'range' takes two numbers, the smaller first",
                  "write range: [0, 1]; -inf and inf leave a side open");
      return;
    }
    if (*low > -HUGE_VAL) parameter.minimum = low;
    if (*high < HUGE_VAL) parameter.maximum = high;
  }

  void read_steps(const Entry& entry) {
    if (entry.value.is(Kind::empty) || entry.value.is(Kind::invalid)) return;
    if (!entry.value.is(Kind::sequence)) {
      faults_.add(entry.value.mark, "'steps' must be a list",
                  "write each step as - {id: ndvi, app: NameOfApplication}");
      return;
    }
    for (const Node& item : entry.value.items) {
      if (item.is(Kind::mapping))
        read_step(item);
      else if (!item.is(Kind::invalid)) {
        faults_.add(item.is(Kind::empty) ? entry.mark : item.mark, "a step must hold keys",
                    "write - {id: ndvi, app: NameOfApplication}");
      }
    }
  }

  void read_step(const Node& node) {
    StepDecl step;
    step.where = faults_.location(node.mark);
    for (const Entry& entry : node.entries) {
      if (entry.key == "id") {
        step.id = text(entry);
        step.where = faults_.location(entry.value.is(Kind::empty) ? entry.mark : entry.value.mark);
      } else if (entry.key == "app") {
        step.app = text(entry);
      } else if (entry.key != "with") {
        read_setting(entry, step);
      } else if (entry.value.is(Kind::mapping)) {
        for (const Entry& inner : entry.value.entries) read_setting(inner, step);
      } else if (!entry.value.is(Kind::empty) && !entry.value.is(Kind::invalid)) {
        faults_.add(entry.value.mark, "'with' must hold keys", "write with: {key: value}");
      }
    }
    const auto require = [&](const char* key, const std::string& value, const char* remedy) {
      const Entry* entry = node.find(key);
      if (entry == nullptr)
        faults_.add(node.mark, fmt::format("this step has no '{}'", key), remedy);
      else if (entry->value.is(Kind::scalar) && value.empty()) {
        faults_.add(entry->value.mark, fmt::format("'{}' is empty", key), remedy);
      }
    };
    require("id", step.id, "add 'id:' with a name of your choice");
    require("app", step.app, "add 'app:' with the name of an application");
    document_.steps.push_back(std::move(step));
  }

  void read_setting(const Entry& entry, StepDecl& step) {
    Setting setting;
    setting.key = entry.key;
    setting.where = faults_.location(entry.mark);
    for (const Node* part : parts(entry)) {
      tokens_.push_back({part->text, entry.key, document_.steps.size(), part->mark});
      setting.tokens.push_back(part->text);
    }
    const auto same = [&](const Setting& s) { return s.key == setting.key; };
    const auto first = std::find_if(step.settings.begin(), step.settings.end(), same);
    if (first != step.settings.end()) {
      faults_.add(entry.mark, fmt::format("'{}' is given twice, first in line {}", entry.key, first->where.line),
                  "write it either in the step or under 'with'");
      return;
    }
    step.settings.push_back(std::move(setting));
  }

  void read_output(const Entry& entry) {
    OutputDecl output;
    output.id = entry.key;
    output.where = faults_.location(entry.mark);
    std::vector<std::string> types;
    for (const PixelType type : all_pixel_types) types.emplace_back(name_of(type));
    read_fields(entry.value, "output",
                {{"from", [&](const Entry& e) { output.from = text(e); }},
                 {"to", [&](const Entry& e) { output.to = text(e); }},
                 {"type", [&](const Entry& e) { output.type = one_of(e, types); }},
                 {"round", [&](const Entry& e) { output.round = flag(e); }}});
    const auto require = [&](const char* key, const std::string& value, const char* remedy) {
      const Entry* field = entry.value.find(key);
      const bool known = entry.value.is(Kind::mapping) || entry.value.is(Kind::empty);
      if (known && (field == nullptr || (field->value.is(Kind::scalar) && value.empty()))) {
        faults_.add(entry.mark, fmt::format("the output '{}' has no '{}'", output.id, key), remedy);
      }
    };
    require("from", output.from, "write from: step or from: step.port");
    require("to", output.to, "write to: with a file name");
    document_.outputs.push_back(std::move(output));
  }

  yaml::Faults& faults_;
  Document& document_;
  std::vector<TokenPlace> tokens_;
};

}  // namespace

Document parse_document(std::string_view text, const std::string& name, Diagnostics& diagnostics) {
  Document document;
  document.file = name;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  yaml::Faults faults(text, name);
  if (const auto root = yaml::parse(faults))
    Reader(faults, document).read(*root);
  else if (faults.empty())
    faults.add({}, "the file is empty", "begin with 'cers: 1', then 'steps:' and 'outputs:'");
  faults.hand_over(diagnostics);
  return document;
}

}  // namespace cers
