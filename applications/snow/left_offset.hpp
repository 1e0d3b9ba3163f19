// SPDX-License-Identifier: Apache-2.0
// Plain bands whose offset nobody tells: what their darkest pixels say of it.
#pragma once

#include <string>

#include "inputs.hpp"

namespace cers::snow {

/// What tells clear pixels from others.
enum class ClearBy {
  flags,  ///< bits of Flag: neither cloud nor missing
  codes,  ///< SnowCode: snow or no snow
};

/// Warns after the run when the darkest of green, red (if it is there) and 1.6 µm are as dark as they are with an
/// offset left in, and says which. Nothing when the offset is known (Inputs::offset_known). Reads what the first sweep
/// reads. `clear`: uint8 on the grid of the bands. Of scenes that are all snow or hold fewer than 1000 dark pixels
/// without snow nothing is said: fresh snow alone is as bright.
void warn_of_left_offset(Wiring& wiring, Graph& graph, const Inputs& inputs, const Calibration& calibration, Edge clear,
                         ClearBy by);

}  // namespace cers::snow
