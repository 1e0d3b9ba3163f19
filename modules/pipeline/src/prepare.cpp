// SPDX-License-Identifier: Apache-2.0
#include "cers/pipeline/prepare.hpp"

#include <algorithm>
#include <filesystem>

#include "outputs.hpp"
#include "recorded_inputs.hpp"

namespace cers {

using namespace pipeline_detail;

struct PreparedRun::Impl {
  // Destroyed in reverse: the graph's sinks and sources before what they use.
  std::unique_ptr<OutputDirectory> directory;
  HandlePool pool;
  Document document;
  Graph graph;
  std::shared_ptr<RunRecord> record = std::make_shared<RunRecord>();
  std::unique_ptr<Inputs> inputs;
  std::unique_ptr<Steps> steps;
  std::unique_ptr<pipeline_detail::Outputs> outputs;
  std::optional<Plan> plan;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> reports;
  Observer* observer = nullptr;

  void collect_reports(WiredStep& step);
};

namespace {

/// Says something when the run is over; writes no file.
class Note final : public Artifact {
 public:
  explicit Note(std::function<void(const LateValues&)> say) : say_(std::move(say)) {}
  std::string path() const override { return {}; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const LateValues& values) override { say_(values); }

 private:
  std::function<void(const LateValues&)> say_;
};

}  // namespace

PreparedRun::PreparedRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PreparedRun::~PreparedRun() = default;
PreparedRun::PreparedRun(PreparedRun&&) noexcept = default;

void PreparedRun::Impl::collect_reports(WiredStep& step) {
  for (const auto& report : step.wiring->reports()) reports.push_back(report);
  for (AfterRun& line : step.wiring->after_runs()) {
    graph.write(line.values, std::make_unique<Note>([this, line](const LateValues& values) {
                  const std::string text = line.make(values);
                  if (text.empty()) return;
                  if (!line.warning) {
                    const auto colon = text.find(": ");
                    reports.emplace_back(text.substr(0, colon),
                                         colon == std::string::npos ? "" : text.substr(colon + 2));
                  } else if (observer) {
                    observer->on(Warning{text});
                  }
                }));
  }
  for (const std::string& warning : step.wiring->warnings()) warnings.push_back(warning);
}

PreparedRun PreparedRun::prepare(const Document& document, const Registry& registry, const RunOptions& options) {
  auto run = std::make_unique<Impl>();
  run->document = document;
  Diagnostics diagnostics;
  run->directory = std::make_unique<OutputDirectory>(options.out_dir);
  run->inputs = std::make_unique<Inputs>(run->graph, run->pool);
  expand_folders(run->document);
  leave_out_unnamed(run->document);
  run->inputs->open(run->document, diagnostics);
  run->steps = std::make_unique<Steps>(run->graph, registry, run->document, *run->inputs);
  run->steps->wire(diagnostics);
  run->outputs = std::make_unique<pipeline_detail::Outputs>(run->graph, run->document, options);
  run->outputs->attach(*run->steps, *run->inputs, run->record, diagnostics);
  diagnostics.raise_if_any();

  const auto keep = [&](const std::vector<std::string>& more) {
    run->warnings.insert(run->warnings.end(), more.begin(), more.end());
  };
  keep(run->inputs->warnings());
  keep(diagnostics.warnings());
  keep(run->outputs->warnings());
  for (WiredStep& step : run->steps->all()) run->collect_reports(step);

  RunRecord& record = *run->record;
  for (InputDecl& input : run->document.inputs) {
    for (std::string& file : input.files) file = absolute_reader_name(file);
  }
  record.inputs = recorded_inputs(run->document, options.full_identity);
  for (const WiredStep& step : run->steps->all()) {
    const AppSpec& spec = step.application->spec;
    for (RecordedInput& file :
         record_parameter_files(run->document, step.decl->id, spec, step.values.resolved(spec), options.full_identity))
      record.inputs.push_back(std::move(file));
    record.steps.push_back({step.decl->id, spec.name, step.values.resolved(spec)});
    for (const std::string& citation : spec.citations) {
      if (std::find(record.citations.begin(), record.citations.end(), citation) == record.citations.end()) {
        record.citations.push_back(citation);
      }
    }
  }

  record.document = run->document;
  std::vector<std::string> ids;
  for (const ParameterDecl& parameter : record.document.parameters) ids.push_back(parameter.id);
  drop_unused(record.document, ids);

  if (run->graph.has_outputs()) {
    Budget budget;
    budget.memory_bytes = options.memory_bytes;
    budget.threads = options.threads;
    std::optional<int> side = options.tile_side;
    if (!side) side = run->outputs->tile_side();
    if (side) budget.tile = Size{*side, *side};
    run->plan.emplace(Plan::make(run->graph, budget));
    run->pool.keep_at_most(static_cast<std::size_t>(run->plan->summary().open_files));
  }
  return PreparedRun(std::move(run));
}

const Plan* PreparedRun::plan() const {
  return impl_->plan ? &*impl_->plan : nullptr;
}
const std::vector<std::string>& PreparedRun::warnings() const {
  return impl_->warnings;
}
const std::vector<std::pair<std::string, std::string>>& PreparedRun::reports() const {
  return impl_->reports;
}
const Document& PreparedRun::bound_document() const {
  return impl_->document;
}

RunReport PreparedRun::execute(const RunContext& context) {
  if (!impl_->plan) return {};
  impl_->observer = context.observer;
  return cers::execute(*impl_->plan, context);
}

}  // namespace cers
