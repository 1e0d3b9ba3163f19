// SPDX-License-Identifier: Apache-2.0
// Support vector machines in the text format of libsvm (Chang and Lin 2011, LIBSVM: A Library for Support Vector
// Machines, doi 10.1145/1961189.1961199), as OTB saves them with -classifier libsvm.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cers/learn/model.hpp"

namespace cers {

/// With more, the votes of a pixel, one of each pair of classes, would not fit into uint16.
constexpr std::size_t most_svm_classes = 362;

/// A classifier for two classes or more: each pair of classes casts one vote, with libsvm's arithmetic in double, so
/// that the class with most votes, the first of equals, is that of svm_predict. Probabilities in the file are not used.
/// The number of features is the largest index of the support vectors: the format has no other. `info`: what else is
/// known, of a model just trained; its classes are brought to those of the text.
/// Throws DataError, naming file and line, when the text is damaged or ends early, or is a regression or one-class
/// machine or has a precomputed kernel.
std::shared_ptr<const Model> parse_libsvm(std::string_view text, const std::string& name, ModelInfo info = {});

}  // namespace cers
