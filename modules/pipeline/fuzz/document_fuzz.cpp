// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry point: any bytes end in a document or in faults, and a good document survives its canonical text.
// Run it with -detect_leaks=0: libfyaml 0.7.12 itself loses a few bytes after some syntax errors.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cers/pipeline/document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cers::Diagnostics diagnostics;
  const cers::Document document = cers::parse_document(text, "fuzz.yaml", diagnostics);
  if (!diagnostics.ok()) return 0;
  cers::Diagnostics again;
  const cers::Document copy = cers::parse_document(cers::canonical_json(document), "fuzz.json", again);
  if (!again.ok() || !(copy == document)) std::abort();
  return 0;
}
