// SPDX-License-Identifier: Apache-2.0
// The thresholds of the snow tests and the conventions of their versions, by profile.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "cers/params/app_spec.hpp"

namespace cers::snow {

/// Which published chain is followed to the pixel.
enum class Profile {
  standard,  ///< Cers: the same method with its known defects mended
  lis15,     ///< Let-it-snow 1.5, Theia snow collection up to 2019
  lis,       ///< its alias
  lis111,    ///< Let-it-snow 1.11 as it is documented: with a pass for shaded slopes
};
std::vector<Choice> choices_of(Profile);

/// Values of the mask. LIS 1.5 writes 254 for missing pixels, LIS from 1.6 on and Copernicus 255.
enum class SnowCode : int {
  no_snow = 0,
  snow = 100,
  cloud = 205,
  water = 210,
  ice = 211,  ///< ice or snow on water; bare ice of a glacier
  nodata_lis15 = 254,
  nodata = 255
};

/// Bits of the diagnostic layer (LIS_SNOW_ALL).
enum class SnowAllBit : unsigned {
  pass1 = 1,
  pass2 = 2,
  cloud_in_pass1 = 4,
  cloud_refined = 8,
  cloud_given = 16,
  bad_slope_correction = 32,
};

/// Reflectances are 0..1, altitudes metres. Defaults: Gascoin et al. (2019), table 2, as Let-it-snow 1.5 and later set
/// them.
struct SnowRules {
  double ndsi_pass1 = 0.4;
  double red_pass1 = 0.2;
  double ndsi_pass2 = 0.15;
  double red_pass2 = 0.04;
  double band_height_m = 100;      ///< of the altitude bands (dz)
  double least_snow_share = 0.1;   ///< of the clear pixels of a band, for the snow line (fsnow_lim)
  double least_clear_share = 0.1;  ///< of a band, for it to count (fclear_lim)
  /// Clear ground that lets a band count however small its share, in cells of coarse_factor² pixels (240 m); infinite:
  /// none does. 2.8 (403 pixels of 20 m) bring the standard error of the snow share to 0.1, as much as that share rises
  /// from one band to the next near least_snow_share; the line lies two bands lower (docs/design/snow-guards.md).
  double least_clear_cells = std::numeric_limits<double>::infinity();
  double least_total_share = 0.001;  ///< of the image in pass 1, for pass 2 to run (fsnow_total_lim)
  int coarse_factor = 12;            ///< pixels of 20 m to a coarse red pixel (rf); 8 of Landsat's 30 m
  double red_dark_cloud = 0.3;       ///< a cloud stays cloud where coarse red exceeds this
  double red_back_to_cloud = 0.1;    ///< what was cloud and is no snow is cloud again where red exceeds this
  bool strict_cloud = false;         ///< no snow where "back to cloud" holds
  /// Snow darkens in the short-wave infrared with its grain; liquid cloud does not. Fresh fine snow reaches 0.25 at
  /// 1.6 µm (Warren 1982), so more is no snow. Infinite in the profiles of LIS, which have no such test.
  double swir_ceiling = std::numeric_limits<double>::infinity();
  /// What the producer calls cloud passes the permissive test up to this at 1.6 µm only: ground seen through thin cloud
  /// or its edge is brightened there, while snow that the permissive test finds is patchy, old or in the shade, hence
  /// dark. Infinite: no such test. How the limit was chosen: docs/design/snow-guards.md.
  double swir_under_cloud = std::numeric_limits<double>::infinity();
  /// A pixel this bright in green is mostly snow or mostly cloud, and snow has a high NDSI then: even the finest
  /// grains, 0.9 in green and 0.25 at 1.6 µm, reach 0.57. Infinite: no such test.
  double bright_green = std::numeric_limits<double>::infinity();
  double bright_ndsi = 0.5;
  /// The finest grains reach 0.25 at 1.6 µm (Warren 1982); dust and bright ground under patchy snow reach more. A pixel
  /// is cloud by its colour above this only.
  double bright_swir = 0;
  /// NDSI of the permissive test where the sun does not reach: the blue light of the sky raises the NDSI of bare rock.
  std::optional<double> ndsi_shade;
  /// Snow is darker in the near infrared than in green; plants are brighter. A pixel whose ratio of the two exceeds
  /// this does not pass the strict test, which looks below the snow line too (moving edges of summer cloud over fields
  /// reach 1.3 to 2.4). Infinite: no such test.
  double nir_to_green = std::numeric_limits<double>::infinity();
  /// Ice cloud is as flat as it is bright: near infrared over green above 0.92 where snow has 0.81 to 0.91 (measured on
  /// Landsat 8 over Greenland and over cold cloud), no redder than 0.99 of green as dusty snow is, and brighter than
  /// most snow at 1.6 µm. Fine fresh snow comes near, so this is asked only of scenes in which more than this share of
  /// the strict test's snow looks so.
  std::optional<double> ice_cloud_share;

  /// The band at 1.38 µm tells high cloud because water vapour hides the ground from it (Gao, Goetz and Wiscombe 1993);
  /// above high ground there is too little. Where that band's flag is the only one, ground above this altitude that
  /// passes the strict test and is darker than high_cloud_swir at 1.6 µm is given back. Infinite: no such test. Metres;
  /// between 1000 and 2500 the scenes tell no difference of false snow (docs/design/snow-guards.md). The reflectance is
  /// that of coarse grains (Warren 1982), and the limit that Richiardi et al. (2021) put on the strict test against
  /// cloud.
  double high_cloud_above_m = std::numeric_limits<double>::infinity();
  double high_cloud_swir = 0.1;

  /// Water that is frozen: snow and ice are told from water by NDSI > 0.4, green > 0.1 and near infrared > 0.11 (Hall,
  /// Riggs and Salomonson 1995; Klein, Hall and Riggs 1998).
  double ice_ndsi = 0.4;
  double ice_green = 0.1;
  double ice_nir = 0.11;
  /// On a glacier: ice absorbs more in the near infrared than the finer grains of snow. Near infrared over green is
  /// 0.81 to 0.91 for clear snow of Greenland (Landsat 8) and some 0.6 for bare ice of an Alpine glacier.
  double glacier_nir_to_green = 0.7;

  /// Let-it-snow from 1.8 on: where the cosine of the sun's incidence is below shaded_cos, above the snow line and not
  /// cloud, a blue − near infrared of more than this many stored numbers is snow. Not scaled with the reflectance
  /// there.
  bool shaded_pass = false;
  double shaded_cos = 0.2;
  double shaded_difference = 160;

  // Conventions
  bool lis_numbers = false;       ///< stored numbers in double, cubic to 20 m, coarse red by an exact warp
  bool lis_bands = false;         ///< altitude bands from the lowest to the highest altitude, missing pixels clear
  bool missing_by_swir = false;   ///< a pixel is missing where the short-wave infrared is, whatever the others
  bool water_is_missing = false;  ///< water becomes nodata (LIS from 1.6 on) instead of its own code
  bool water_known = true;        ///< the product's own water mask is used, beside a given one
  SnowCode nodata = SnowCode::nodata;
  int no_snowline = -1000;  ///< what stands for "no snow line found" in the reports of LIS
};

SnowRules rules_of(Profile profile);

}  // namespace cers::snow
