// SPDX-License-Identifier: Apache-2.0
// One formula on every day of a series.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/ops/expression.hpp"

namespace cers {

/// Takes the bands of all days, day by day, `bands` each, as floats, in one input or several on one grid. Variable
/// ExpressionVariable{band, 0, k} is band k of the day; coordinates are not known here. Delivers one float band a day,
/// "NAME_DAY", NaN where a variable is NaN.
std::unique_ptr<const Node> make_series_expression(std::string name, Expression expression, int bands,
                                                   std::vector<std::string> days);

}  // namespace cers
