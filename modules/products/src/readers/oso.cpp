// SPDX-License-Identifier: Apache-2.0
#include "readers/reader.hpp"

namespace cers::products {

ProductReader oso_reader() {
  return {"", "", [](const Listing&) { return false; }, nullptr};
}

}  // namespace cers::products
