// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cers/simulator/scene.hpp"
#include "cover.hpp"

namespace cers::simulator {

/// Names within a SAFE product.
struct SafeNames {
  std::string product;    ///< S2B_MSIL2A_….SAFE
  std::string granule;    ///< L2A_T32TLR_A…
  std::string strip;      ///< DS_CERS_…, the folder
  std::string datastrip;  ///< identifier
  std::string tile;       ///< identifier
  std::string stem;       ///< T32TLR_20180211T105000
};
SafeNames safe_names(const SimulatedScene& scene);

/// Sentinel-2's thirteen bands in the order of ESA's indices.
struct EsaBand {
  const char* name;    ///< "B1"
  const char* padded;  ///< "B01"
  int pixel;           ///< m
  int least;           ///< nm
  int most;            ///< nm
  double centre;       ///< nm
  double irradiance;   ///< W/m²/µm
};
extern const std::array<EsaBand, 13> esa_bands;

/// A mask of QI_DATA: path inside the product, type, index of the band or −1.
struct SafeMask {
  std::string path;
  std::string type;
  int band;
};

/// `images`: paths inside the product, without extension.
std::string safe_product_metadata(const SimulatedScene& scene, const SafeNames& names,
                                  const std::vector<std::string>& images, const ClassShares& shares);
std::string safe_tile_metadata(const SimulatedScene& scene, const SafeNames& names, const std::vector<SafeMask>& masks,
                               const std::string& preview, const ClassShares& shares);
std::string safe_datastrip_metadata(const SimulatedScene& scene, const SafeNames& names);
std::string safe_manifest(const SimulatedScene& scene, const std::vector<std::string>& files);
/// A report of QI_DATA: the check `name` passed, with what it measured.
std::string safe_report(const SimulatedScene& scene, const std::string& name,
                        const std::vector<std::pair<std::string, std::string>>& measured = {});
std::string safe_inspire(const SimulatedScene& scene, const SafeNames& names);
/// The page HTML/UserProduct_index.html.
std::string safe_index(const SafeNames& names);
/// CLOUDY_PIXEL_PERCENTAGE … SNOW_ICE_PERCENTAGE with their values.
std::vector<std::pair<std::string, std::string>> content_shares(const ClassShares& shares);

}  // namespace cers::simulator
