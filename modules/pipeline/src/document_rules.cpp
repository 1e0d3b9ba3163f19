// SPDX-License-Identifier: Apache-2.0
#include "document_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "cers/core/text.hpp"

namespace cers {
namespace {

using yaml::Mark;

Mark mark_of(const Location& where) {
  return {where.line, where.column};
}

template <class Declaration>
std::vector<std::string> ids_of(const std::vector<Declaration>& declarations) {
  std::vector<std::string> ids;
  for (const auto& declaration : declarations) ids.push_back(declaration.id);
  return ids;
}

class Rules {
 public:
  Rules(const Document& document, const std::vector<TokenPlace>& tokens, yaml::Faults& faults)
      : document_(document), tokens_(tokens), faults_(faults) {}

  void check() {
    check_ids();
    check_alignments();
    check_parameters();
    check_outputs();
    check_loops();
  }

 private:
  void check_ids() {
    struct Owner {
      std::string kind;
      int line;
    };
    std::unordered_map<std::string, Owner> owners;
    const auto claim = [&](const std::string& id, const std::string& kind, const Location& where) {
      if (id.empty()) return;  // its absence is a fault of its own
      check_grammar(id, kind, where);
      const auto [found, fresh] = owners.emplace(id, Owner{kind, where.line});
      if (fresh) return;
      faults_.add(
          mark_of(where),
          fmt::format("the id '{}' is already taken by the {} of line {}", id, found->second.kind, found->second.line),
          "inputs, parameters and steps share one set of ids: rename one of the two");
    };
    for (const InputDecl& input : document_.inputs) claim(input.id, "input", input.where);
    for (const ParameterDecl& parameter : document_.parameters) claim(parameter.id, "parameter", parameter.where);
    for (const StepDecl& step : document_.steps) claim(step.id, "step", step.where);
    for (const OutputDecl& output : document_.outputs) check_grammar(output.id, "output", output.where);
    for (std::size_t i = 0; i < document_.steps.size(); ++i) step_index_.emplace(document_.steps[i].id, i);
  }

  void check_grammar(const std::string& id, const std::string& kind, const Location& where) {
    if (is_document_id(id)) return;
    faults_.add(mark_of(where), fmt::format("'{}' is not a valid {} id", id, kind),
                "an id is a letter followed by letters, digits and underscores");
  }

  void check_alignments() {
    std::unordered_map<std::string, std::string> target;
    const std::vector<std::string> ids = ids_of(document_.inputs);
    const std::unordered_set<std::string> known(ids.begin(), ids.end());
    for (const InputDecl& input : document_.inputs) {
      if (input.align.empty()) continue;
      const auto reference = parse_port_reference(input.align);
      if (!reference) {
        faults_.add(mark_of(input.where), fmt::format("'{}' in align is no id of an input", input.align),
                    "write align: input or align: input.band");
      } else if (reference->id == input.id) {
        faults_.add(mark_of(input.where), fmt::format("the input '{}' is aligned to itself", input.id),
                    "name another input in align");
      } else if (!known.contains(reference->id)) {
        faults_.add(mark_of(input.where), fmt::format("align of '{}' names no input: '{}'", input.id, reference->id),
                    suggestion(reference->id, ids));
      } else {
        target.emplace(input.id, reference->id);
      }
    }
    std::unordered_set<std::string> settled;
    for (const InputDecl& input : document_.inputs) {
      std::vector<std::string> chain;
      std::string id = input.id;
      while (target.contains(id) && !settled.contains(id)) {
        settled.insert(id);
        chain.push_back(id);
        id = target.at(id);
      }
      const auto start = std::find(chain.begin(), chain.end(), id);
      if (start == chain.end()) continue;
      const std::vector<std::string> loop(start, chain.end());
      faults_.add(mark_of(input.where), fmt::format("inputs are aligned in a loop: {} → {}", join(loop, " → "), id),
                  "one of them must keep its own grid");
    }
  }

  void check_parameters() {
    const std::vector<std::string> ids = ids_of(document_.parameters);
    const std::unordered_set<std::string> known(ids.begin(), ids.end());
    std::unordered_set<std::string> used;
    for (const TokenPlace& place : tokens_) {
      for (const std::string& name : parameter_references(place.token)) {
        used.insert(name);
        if (known.contains(name)) continue;
        const std::string remedy = suggestion(name, ids);
        faults_.add(place.mark, fmt::format("'{}' names no parameter", place.token),
                    remedy.empty() ? "declare it under 'parameters'" : remedy);
      }
    }
    for (const ParameterDecl& parameter : document_.parameters) {
      if (parameter.id.empty() || used.contains(parameter.id) || in_a_template(parameter.id)) continue;
      faults_.add(mark_of(parameter.where), fmt::format("the parameter '{}' is never used", parameter.id),
                  fmt::format("write ${} in a step, or remove the parameter", parameter.id));
    }
  }

  bool in_a_template(const std::string& id) const {
    return std::any_of(document_.outputs.begin(), document_.outputs.end(), [&](const OutputDecl& output) {
      return output.to.find("{" + id + "}") != std::string::npos || output.to.find("{" + id + ".") != std::string::npos;
    });
  }

  void check_outputs() {
    const std::vector<std::string> steps = ids_of(document_.steps);
    std::unordered_map<std::string, std::string> writers;
    for (const OutputDecl& output : document_.outputs) {
      const auto reference = parse_port_reference(output.from);
      if (reference && !step_index_.contains(reference->id)) {
        faults_.add(mark_of(output.where),
                    fmt::format("the output '{}' comes from '{}', which is no step", output.id, reference->id),
                    suggestion(reference->id, steps));
      } else if (!reference && !output.from.empty()) {
        faults_.add(mark_of(output.where), fmt::format("'{}' in from names no result of a step", output.from),
                    "write from: step or from: step.port");
      }
      if (output.to.empty()) continue;
      const auto [found, fresh] = writers.emplace(output.to, output.id);
      if (fresh) continue;
      faults_.add(
          mark_of(output.where),
          fmt::format("the outputs '{}' and '{}' write the same file '{}'", found->second, output.id, output.to),
          "give each output its own file name in to");
    }
  }

  /// Depth-first over the steps, with a stack of its own: pipelines may be long.
  void check_loops() {
    const std::size_t count = document_.steps.size();
    std::vector<std::vector<const TokenPlace*>> uses(count);
    for (const TokenPlace& place : tokens_) {
      const auto reference = parse_port_reference(place.token);
      if (!reference) continue;
      const auto found = step_index_.find(reference->id);
      if (found == step_index_.end()) continue;
      // A bare word equal to the step's own id is more often a value ("mean") than a loop, except where images stand.
      const bool image_key = place.key == "in" || place.key == "il";
      if (found->second == place.step && reference->port.empty() && !image_key) continue;
      uses[place.step].push_back(&place);
    }
    enum class State { fresh, open, done };
    std::vector<State> states(count, State::fresh);
    std::vector<std::size_t> path;
    std::vector<std::size_t> next(count, 0);
    for (std::size_t root = 0; root < count; ++root) {
      if (states[root] != State::fresh) continue;
      path.assign(1, root);
      states[root] = State::open;
      while (!path.empty()) {
        const std::size_t step = path.back();
        if (next[step] == uses[step].size()) {
          states[step] = State::done;
          path.pop_back();
          continue;
        }
        const TokenPlace& place = *uses[step][next[step]++];
        const std::size_t used = step_index_.at(parse_port_reference(place.token)->id);
        if (states[used] == State::open) report_loop(path, used, place);
        if (states[used] != State::fresh) continue;
        states[used] = State::open;
        path.push_back(used);
      }
    }
  }

  void report_loop(const std::vector<std::size_t>& path, std::size_t first, const TokenPlace& place) {
    std::vector<std::string> names;
    for (auto step = std::find(path.begin(), path.end(), first); step != path.end(); ++step) {
      names.push_back(document_.steps[*step].id);
    }
    if (!reported_.insert(names).second) return;
    faults_.add(place.mark, fmt::format("steps use each other in a loop: {} → {}", join(names, " → "), names.front()),
                "a step can use only results that do not depend on it");
  }

  const Document& document_;
  const std::vector<TokenPlace>& tokens_;
  yaml::Faults& faults_;
  std::unordered_map<std::string, std::size_t> step_index_;
  std::set<std::vector<std::string>> reported_;
};

}  // namespace

void check_rules(const Document& document, const std::vector<TokenPlace>& tokens, yaml::Faults& faults) {
  Rules(document, tokens, faults).check();
}

}  // namespace cers
