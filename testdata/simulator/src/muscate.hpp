// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cers/simulator/scene.hpp"
#include "cover.hpp"

namespace cers::simulator {

/// MTD_ALL.xml, format version 1.16, of the product `id`.
std::string muscate_metadata(const SimulatedScene& scene, const std::string& id, const Cover& cover);
/// JPI_ALL.xml: how the product was processed.
std::string muscate_processing();

}  // namespace cers::simulator
