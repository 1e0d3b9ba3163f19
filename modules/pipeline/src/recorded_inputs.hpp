// SPDX-License-Identifier: Apache-2.0
// Identity of the files a run reads.
#pragma once

#include <string>
#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/pipeline/record.hpp"

namespace cers::pipeline_detail {

/// `path?&options` with an absolute path; names that are no file of the file system (/vsizip/…) stay as they are.
std::string absolute_reader_name(const std::string& name);
/// One entry a file, in document order.
std::vector<RecordedInput> recorded_inputs(const Document& document, bool full);
/// One entry a file that a parameter of `step` names (ParamSpec::reads_file), from its `resolved` values. Makes these
/// names absolute in `document`, so that it can be run from any folder.
std::vector<RecordedInput> record_parameter_files(Document& document, const std::string& step, const AppSpec& spec,
                                                  const std::vector<Setting>& resolved, bool full);
/// Takes out those of the parameters `ids` that nothing uses any more, since the names they were part of are filled in;
/// a document must use all it has.
void drop_unused(Document& document, const std::vector<std::string>& ids);
/// Why the file differs from what was recorded; empty when it does not.
std::string change_of(const RecordedInput& recorded);

}  // namespace cers::pipeline_detail
