// SPDX-License-Identifier: Apache-2.0
#include "index_table.hpp"

#include <algorithm>
#include <span>

#include "cers/core/error.hpp"

namespace cers {
namespace {

// Written as OTB 8.1.1 computes them, term by term, so that results agree to the last bit of a float. ratio(a, b) is
// OTB's guarded quotient; small powers are products in the expression language.
std::vector<SpectralIndex> otb_vegetation() {
  const std::string ndvi = "ratio(nir-red, nir+red)";
  const std::string msavi_l = "(1-0.8*" + ndvi + "*(nir-0.4*red))";
  const std::string msavi2_root = "(2*nir+1)^2-8*(nir-red)";
  const std::string gemi_nu = "ratio(2*(nir^2-red^2)+1.5*nir+0.5*red, nir+red+0.5)";
  const std::string qi = "Qi et al. (1994), A modified soil adjusted vegetation index, Remote Sens. Environ. 48.";
  const std::string bsaibes =
      "Bsaibes et al. (2009), Albedo and LAI estimates from FORMOSAT-2 data for crop monitoring, Remote Sens. Environ. "
      "113.";
  return {
      {"Vegetation:NDVI", "normalised difference vegetation index", ndvi,
       "Rouse et al. (1974), Monitoring vegetation systems in the Great Plains with ERTS, NASA SP-351."},
      {"Vegetation:TNDVI", "transformed NDVI", ndvi + "+0.5 < 0 ? 0 : sqrt(" + ndvi + "+0.5)",
       "Deering et al. (1975), Measuring forage production of grazing units from Landsat MSS data, 10th Int. Symp. "
       "Remote Sens. Environ."},
      {"Vegetation:RVI", "ratio vegetation index", "ratio(nir, red)",
       "Pearson and Miller (1972), Remote mapping of standing crop biomass for estimation of the productivity of the "
       "shortgrass prairie, 8th Int. Symp. Remote Sens. Environ."},
      {"Vegetation:SAVI", "soil adjusted vegetation index, L = 0.5", "ratio((nir-red)*1.5, nir+red+0.5)",
       "Huete (1988), A soil-adjusted vegetation index (SAVI), Remote Sens. Environ. 25.", true},
      {"Vegetation:TSAVI",
       "transformed SAVI for the soil line 0.7 red + 0.9; OTB's denominator lacks the published -a*b",
       "ratio(0.7*(nir-0.7*red-0.9), 0.7*nir+red+0.08*(1+0.7*0.7))",
       "Baret and Guyot (1991), Potentials and limits of vegetation indices for LAI and APAR assessment, Remote Sens. "
       "Environ. 35.",
       true},
      {"Vegetation:MSAVI", "modified SAVI for the soil line's slope 0.4",
       "ratio((nir-red)*(1+" + msavi_l + "), nir+red+" + msavi_l + ")", qi, true},
      {"Vegetation:MSAVI2", "modified SAVI without a soil line",
       msavi2_root + " < 0 ? 0 : (2*nir+1-sqrt(" + msavi2_root + "))/2", qi, true},
      {"Vegetation:GEMI", "global environment monitoring index",
       "ratio(" + gemi_nu + "*(1-0.25*" + gemi_nu + ")-(red-0.125), 1-red)",
       "Pinty and Verstraete (1992), GEMI: a non-linear index to monitor global vegetation from satellites, Vegetatio "
       "101.",
       true},
      {"Vegetation:IPVI", "infrared percentage vegetation index", "ratio(nir, nir+red)",
       "Crippen (1990), Calculating the vegetation index faster, Remote Sens. Environ. 34."},
      {"Vegetation:LAIFromNDVILog", "leaf area index by the logarithm of NDVI, which must be below 0.89",
       ndvi + " < 0 ? 0 : -1/0.71*log((" + ndvi + "-0.89)/(0.1-0.89))", bsaibes},
      {"Vegetation:LAIFromReflLinear", "leaf area index linear in reflectance", "-17.91*red+12.26*nir", bsaibes, true},
      {"Vegetation:LAIFromNDVIFormo", "leaf area index by the exponential of Formosat-2's NDVI",
       "abs(nir+red) < 1e-7 ? 0 : 0.1519*(exp((nir-red)/(nir+red)*3.9443)-exp(0.13*3.9443))",
       "Claverie et al. (2009), Spatialization of crop leaf area index and biomass by combining a simple crop model "
       "SAFY "
       "and high spatial and temporal resolutions remote sensing data, IGARSS."},
  };
}

std::vector<SpectralIndex> otb_water_soil_built() {
  const std::string lacaux =
      "Lacaux et al. (2007), Classification of ponds from high-spatial resolution remote sensing: application to Rift "
      "Valley Fever epidemics in Senegal, Remote Sens. Environ. 106.";
  const std::string pouget =
      "Pouget et al. (1990), Caractéristiques spectrales des surfaces sableuses de la région côtière nord-ouest de "
      "l'Égypte: application aux données satellitaires SPOT, 2èmes Journées de Télédétection, ORSTOM.";
  const std::string escadafal =
      "Escadafal (1989), Remote sensing of arid soil surface color with Landsat Thematic Mapper, Adv. Space Res. 9.";
  return {
      {"Water:NDWI", "normalised difference water index of vegetation (Gao), also called NDMI",
       "ratio(nir-swir1, nir+swir1)",
       "Gao (1996), NDWI: a normalized difference water index for remote sensing of vegetation liquid water from "
       "space, "
       "Remote Sens. Environ. 58."},
      {"Water:NDWI2", "normalised difference water index of open water (McFeeters)", "ratio(green-nir, green+nir)",
       "McFeeters (1996), The use of the Normalized Difference Water Index (NDWI) in the delineation of open water "
       "features, Int. J. Remote Sens. 17."},
      {"Water:MNDWI", "modified normalised difference water index", "ratio(green-swir1, green+swir1)",
       "Xu (2006), Modification of normalised difference water index (NDWI) to enhance open water features in remotely "
       "sensed imagery, Int. J. Remote Sens. 27."},
      {"Water:NDTI", "normalised difference turbidity index", "ratio(red-green, red+green)", lacaux},
      {"Soil:RI", "redness index", "abs(green) < 1e-7 ? 0 : red^2/green^3", pouget, true},
      {"Soil:CI", "colour index (the formula of Water:NDTI)", "ratio(red-green, red+green)", pouget},
      {"Soil:BI", "brightness index", "sqrt((red^2+green^2)/2)", escadafal, true},
      {"Soil:BI2", "brightness index with near infrared", "sqrt((red^2+green^2+nir^2)/3)", escadafal, true},
      {"BuiltUp:ISU", "index of built-up surfaces", "nir == 0 ? 0 : 100-25*red/nir",
       "Abdellaoui and Rougab (1997), Caractérisation de la réponse du bâti: application au complexe urbain de Blida "
       "(Algérie), Télédétection des milieux urbains et périurbains, AUPELF-UREF."},
  };
}

// Near infrared is the narrow band where the other bands have 20 m pixels.
std::vector<SpectralIndex> vegetation_beyond_otb() {
  const std::string barnes =
      "Barnes et al. (2000), Coincident detection of crop water stress, nitrogen status and canopy density using "
      "ground "
      "based multispectral data, 5th Int. Conf. Precision Agriculture.";
  return {
      {"Vegetation:EVI", "enhanced vegetation index", "2.5*ratio(nir-red, nir+6*red-7.5*blue+1)",
       "Huete et al. (2002), Overview of the radiometric and biophysical performance of the MODIS vegetation indices, "
       "Remote Sens. Environ. 83.",
       true},
      {"Vegetation:EVI2", "enhanced vegetation index without blue", "2.5*ratio(nir-red, nir+2.4*red+1)",
       "Jiang et al. (2008), Development of a two-band enhanced vegetation index without a blue band, Remote Sens. "
       "Environ. 112.",
       true},
      {"Vegetation:OSAVI", "optimised SAVI", "ratio(nir-red, nir+red+0.16)",
       "Rondeaux et al. (1996), Optimization of soil-adjusted vegetation indices, Remote Sens. Environ. 55.", true},
      {"Vegetation:ARVI", "atmospherically resistant vegetation index, gamma = 1",
       "ratio(nir-(2*red-blue), nir+(2*red-blue))",
       "Kaufman and Tanré (1992), Atmospherically resistant vegetation index (ARVI) for EOS-MODIS, IEEE Trans. Geosci. "
       "Remote Sens. 30."},
      {"Vegetation:GNDVI", "green NDVI (the negative of Water:NDWI2)", "ratio(nir-green, nir+green)",
       "Gitelson et al. (1996), Use of a green channel in remote sensing of global vegetation from EOS-MODIS, Remote "
       "Sens. Environ. 58."},
      {"Vegetation:NDVI705", "red edge NDVI of 740 and 705 nm", "ratio(red_edge2-red_edge1, red_edge2+red_edge1)",
       "Gitelson and Merzlyak (1994), Quantitative estimation of chlorophyll-a using reflectance spectra: experiments "
       "with autumn chestnut and maple leaves, J. Photochem. Photobiol. B 22."},
      {"Vegetation:NDRE_B5", "normalised difference red edge with 705 nm",
       "ratio(nir_narrow-red_edge1, nir_narrow+red_edge1)", barnes},
      {"Vegetation:NDRE_B6", "normalised difference red edge with 740 nm",
       "ratio(nir_narrow-red_edge2, nir_narrow+red_edge2)", barnes},
      {"Vegetation:CIre", "red edge chlorophyll index, 783 / 705 nm - 1", "ratio(red_edge3-red_edge1, red_edge1)",
       "Clevers and Gitelson (2013), Remote estimation of crop and grass chlorophyll and nitrogen content using "
       "red-edge "
       "bands on Sentinel-2 and -3, Int. J. Appl. Earth Obs. 23."},
      {"Vegetation:MCARI", "modified chlorophyll absorption in reflectance index",
       "((red_edge1-red)-0.2*(red_edge1-green))*ratio(red_edge1, red)",
       "Daughtry et al. (2000), Estimating corn leaf chlorophyll concentration from leaf and canopy reflectance, "
       "Remote "
       "Sens. Environ. 74.",
       true},
      {"Vegetation:NDMI_GAO", "normalised difference moisture index: Water:NDWI with the narrow near infrared",
       "ratio(nir_narrow-swir1, nir_narrow+swir1)",
       "Gao (1996), NDWI: a normalized difference water index for remote sensing of vegetation liquid water from "
       "space, "
       "Remote Sens. Environ. 58."},
  };
}

std::vector<SpectralIndex> others_beyond_otb() {
  return {
      {"Water:NDWI_MCFEETERS", "open water index (the formula of Water:NDWI2)", "ratio(green-nir, green+nir)",
       "McFeeters (1996), The use of the Normalized Difference Water Index (NDWI) in the delineation of open water "
       "features, Int. J. Remote Sens. 17."},
      {"Snow:NDSI", "normalised difference snow index (the formula of Water:MNDWI)", "ratio(green-swir1, green+swir1)",
       "Hall et al. (1995), Development of methods for mapping global snow cover using moderate resolution imaging "
       "spectroradiometer data, Remote Sens. Environ. 54."},
      {"Snow:NDSII", "normalised difference snow and ice index", "ratio(red-swir1, red+swir1)",
       "Xiao et al. (2001), Assessing the potential of VEGETATION sensor data for mapping snow and ice cover: a "
       "Normalized Difference Snow and Ice Index, Int. J. Remote Sens. 22."},
      {"Fire:NBR", "normalised burn ratio", "ratio(nir_narrow-swir2, nir_narrow+swir2)",
       "López García and Caselles (1991), Mapping burns and natural reforestation using Thematic Mapper data, Geocarto "
       "Int. 6."},
      {"Soil:BSI", "bare soil index, from -1 to 1",
       "ratio((swir1+red)-(nir_narrow+blue), (swir1+red)+(nir_narrow+blue))",
       "Rikimaru et al. (2002), Tropical forest cover density mapping, Tropical Ecology 43."},
      {"Soil:NDTI_TILLAGE", "normalised difference tillage index, also called NBR2", "ratio(swir1-swir2, swir1+swir2)",
       "van Deventer et al. (1997), Using Thematic Mapper data to identify contrasting soil plains and tillage "
       "practices, Photogramm. Eng. Remote Sens. 63."},
      {"BuiltUp:NDBI", "normalised difference built-up index (the negative of Vegetation:NDMI_GAO)",
       "ratio(swir1-nir_narrow, swir1+nir_narrow)",
       "Zha et al. (2003), Use of normalized difference built-up index in automatically mapping urban areas from TM "
       "imagery, Int. J. Remote Sens. 24."},
  };
}

}  // namespace

const std::vector<std::string>& spectral_roles() {
  static const std::vector<std::string> roles{"blue",      "green", "red",        "red_edge1", "red_edge2",
                                              "red_edge3", "nir",   "nir_narrow", "swir1",     "swir2"};
  return roles;
}

std::string SpectralIndex::short_name() const {
  return name.substr(name.find(':') + 1);
}

std::string SpectralIndex::short_citation() const {
  return citation.substr(0, citation.find(')') + 1);
}

Expression SpectralIndex::compile() const {
  return Expression::compile(formula, std::span<const std::string>(spectral_roles()));
}

const std::vector<SpectralIndex>& spectral_indices() {
  static const std::vector<SpectralIndex> indices = [] {
    std::vector<SpectralIndex> all;
    for (auto part : {otb_vegetation, otb_water_soil_built, vegetation_beyond_otb, others_beyond_otb}) {
      for (SpectralIndex& index : part()) all.push_back(std::move(index));
    }
    return all;
  }();
  return indices;
}

const SpectralIndex& spectral_index(std::string_view name) {
  const auto& all = spectral_indices();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const SpectralIndex& index) { return index.name == name; });
  CERS_EXPECT(found != all.end());
  return *found;
}

}  // namespace cers
