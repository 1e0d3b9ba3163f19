// SPDX-License-Identifier: Apache-2.0
// The two sweeps of the snow mask as one piece, for who makes one mask or those of a season.
#pragma once

#include <string>
#include <vector>

#include "decision.hpp"

namespace cers::snow {

/// A mask and what it rests on.
struct SceneMask {
  Edge dark;      ///< coarse_red() of the inputs
  Edge findings;  ///< find() of them
  Edge decision;  ///< decide(); see DecisionBand
  Edge mask;      ///< its first band: uint8 codes
  Late<Snowline> line;
};

/// Of inputs that are complete, altitude included. `dem`: its name for the error that it covers nothing.
SceneMask make_scene_mask(Graph& graph, const Inputs& inputs, const SnowRules& rules, const std::string& dem);

/// The rules of `profile` for `image`: Landsat's coarse cells have fewer pixels.
SnowRules rules_for(Profile profile, const ImageInput& image);

/// Whether `image` is a product of which a mask can be made: one with bands.
bool is_scene(const ImageInput& image);

/// The mask that SnowMask makes of a product when nothing but -in, -dem and -profile is given. Throws UserError when
/// the product lacks a band or a cloud mask. What a user should know is added to `warnings`.
SceneMask mask_of_product(Graph& graph, const ImageInput& product, const ImageInput& dem, Profile profile,
                          std::vector<std::string>& warnings);

/// The grid of that mask, without making it.
Grid mask_grid(Graph& graph, const ImageInput& product, Profile profile);

}  // namespace cers::snow
