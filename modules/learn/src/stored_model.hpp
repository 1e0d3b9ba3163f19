// SPDX-License-Identifier: Apache-2.0
// Files of cv::FileStorage as a stream of events, whatever their syntax.
#pragma once

#include <string>
#include <string_view>

namespace cers::learn {

/// What a file holds, in its order. Members of sequences have an empty key. A sequence of numbers in XML is one scalar,
/// its numbers apart by blanks. Data of matrices stand under the key "data".
class ModelEvents {
 public:
  virtual ~ModelEvents() = default;
  /// A map or sequence begins. `type` is its tag ("opencv-ml-random-trees", "opencv-matrix") or empty.
  virtual void open(std::string_view key, std::string_view type) = 0;
  virtual void close() = 0;
  virtual void scalar(std::string_view key, std::string_view text) = 0;
};

/// The bytes of the file. Throws DataError when it cannot be read.
std::string file_text(const std::string& path);

/// Sends what `text` holds to `events`; what lies at top level is between the first open and the last close. `path` is
/// for messages. Throws DataError with the line when the syntax is broken.
void read_yaml(std::string_view text, const std::string& path, ModelEvents& events);
void read_xml(std::string_view text, const std::string& path, ModelEvents& events);
/// The one or the other, as the text begins. Throws DataError when a YAML file ends within a line.
void read_stored(std::string_view text, const std::string& path, ModelEvents& events);

/// What a file of cv::FileStorage holds by the name of its first member, without reading the rest.
enum class StoredKind { boost, svm, other };
StoredKind stored_kind(std::string_view text);

}  // namespace cers::learn
