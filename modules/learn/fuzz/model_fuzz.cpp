// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry point: any bytes are read as a model or refused with a DataError that says what to do. An input that
// begins with "=" is a header and a body, apart by the first zero byte: the first line is made for them, so that the
// checksum does not stop the fuzzer.
//   cmake --preset fuzz && cmake --build --preset fuzz --target model_fuzz && mkdir -p found
//   build/fuzz/modules/learn/model_fuzz -max_len=20000 found modules/learn/fuzz/corpus
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/learn/model_file.hpp"
#include "sealed_file.hpp"

namespace {

void use(std::string_view bytes) {
  const auto model = cers::parse_model(bytes, "model");
  const auto features = static_cast<std::size_t>(model->features());
  const std::size_t stride = cers::Forest::lanes;
  std::vector<float> values(features * stride, 1.5F);
  std::vector<std::uint16_t> votes(model->info().classes.size() * stride);
  model->vote(values.data(), stride, stride, votes.data());
  std::size_t sum = 0;
  for (std::size_t c = 0; c < model->info().classes.size(); ++c) sum += votes[c * stride];
  if (sum != model->votes()) std::abort();
  if (cers::is_forest_file(bytes)) {
    const cers::ForestFile file = cers::parse_forest_file(bytes, "model");
    static_cast<void>(cers::parse_forest_file(cers::bytes_of(file), "again"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    if (bytes.starts_with("=")) {
      const std::size_t end = std::min(bytes.find('\0'), size);
      use(cers::learn::sealed(bytes.substr(1, end - 1), bytes.substr(std::min(end + 1, size))));
    } else {
      use(bytes);
    }
  } catch (const cers::DataError& error) {
    if (error.fault().empty() || error.remedy().empty()) std::abort();
  }
  return 0;
}
