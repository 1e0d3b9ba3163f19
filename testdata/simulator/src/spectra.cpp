// SPDX-License-Identifier: Apache-2.0
#include "spectra.hpp"

#include <cmath>

namespace cers::simulator {
namespace {

// Soils, rock, pavements, roofs: typical values of the ECOSTRESS and USGS spectral libraries, read at band centres.
constexpr Spectrum dry_soil = {.10F, .14F, .19F, .22F, .24F, .26F, .28F, .30F, .38F, .34F};
constexpr Spectrum dark_soil = {.055F, .075F, .10F, .12F, .14F, .155F, .17F, .18F, .25F, .21F};
constexpr Spectrum chalk_soil = {.17F, .23F, .29F, .32F, .34F, .36F, .38F, .40F, .46F, .42F};
constexpr Spectrum gneiss = {.11F, .14F, .16F, .17F, .18F, .19F, .20F, .21F, .25F, .23F};
constexpr Spectrum limestone = {.18F, .22F, .25F, .27F, .28F, .29F, .30F, .31F, .36F, .33F};
constexpr Spectrum basalt = {.055F, .065F, .075F, .08F, .085F, .09F, .095F, .10F, .13F, .125F};
constexpr Spectrum asphalt = {.08F, .09F, .10F, .11F, .12F, .12F, .13F, .14F, .16F, .15F};
constexpr Spectrum roof_tile = {.08F, .11F, .20F, .25F, .27F, .28F, .29F, .30F, .33F, .30F};
constexpr Spectrum metal_roof = {.32F, .35F, .37F, .39F, .40F, .41F, .42F, .43F, .44F, .41F};
// Vegetation: canopies as PROSAIL gives them for leaf area 3 to 5, litter and bark from the libraries above.
constexpr Spectrum crop = {.030F, .075F, .035F, .110F, .330F, .440F, .480F, .500F, .220F, .100F};
constexpr Spectrum rape = {.035F, .090F, .045F, .125F, .320F, .410F, .450F, .470F, .210F, .100F};
constexpr Spectrum maize = {.028F, .065F, .032F, .100F, .310F, .410F, .445F, .465F, .225F, .105F};
constexpr Spectrum soy = {.026F, .080F, .034F, .120F, .390F, .500F, .540F, .555F, .230F, .105F};
constexpr Spectrum sunflower = {.034F, .085F, .045F, .125F, .320F, .410F, .440F, .460F, .230F, .120F};
constexpr Spectrum meadow = {.035F, .075F, .050F, .120F, .280F, .340F, .370F, .390F, .240F, .130F};
constexpr Spectrum dry_grass = {.070F, .100F, .140F, .180F, .220F, .250F, .280F, .300F, .360F, .260F};
constexpr Spectrum heath = {.030F, .050F, .050F, .090F, .170F, .200F, .220F, .240F, .210F, .130F};
constexpr Spectrum litter = {.040F, .055F, .075F, .100F, .125F, .145F, .165F, .180F, .240F, .180F};
constexpr Spectrum branches = {.040F, .055F, .065F, .085F, .115F, .135F, .150F, .165F, .180F, .130F};
constexpr Spectrum leaves = {.020F, .050F, .025F, .090F, .300F, .400F, .440F, .460F, .200F, .085F};
constexpr Spectrum needles = {.015F, .030F, .020F, .045F, .140F, .180F, .200F, .210F, .095F, .040F};
// Water: inherent optical properties of clear and of sediment-laden lakes (Ocean Optics web book, typical values).
constexpr Spectrum clear_lake = {.035F, .030F, .015F, .012F, .010F, .009F, .008F, .007F, .003F, .002F};
constexpr Spectrum turbid_lake = {.090F, .130F, .110F, .085F, .050F, .045F, .035F, .030F, .008F, .005F};
// Ice and snow: Warren & Wiscombe's model as tabulated in the ASTER/ECOSTRESS library by grain size; dirty and wet
// snow and glacier ice after field spectra of the Morteratsch glacier (order of magnitude).
constexpr Spectrum black_ice = {.30F, .32F, .29F, .26F, .22F, .20F, .17F, .14F, .03F, .025F};
constexpr Spectrum glacier_ice = {.45F, .48F, .44F, .40F, .36F, .33F, .30F, .26F, .03F, .025F};
constexpr Spectrum fine_grains = {.95F, .95F, .945F, .94F, .92F, .91F, .90F, .88F, .215F, .185F};
constexpr Spectrum coarse_grains = {.83F, .83F, .81F, .78F, .73F, .70F, .66F, .60F, .040F, .035F};
constexpr Spectrum dirty_grains = {.39F, .45F, .47F, .465F, .445F, .43F, .405F, .37F, .022F, .020F};
constexpr Spectrum held_snow = {.50F, .50F, .49F, .48F, .47F, .46F, .45F, .43F, .075F, .06F};
// Clouds: adding-doubling results for optical thickness above 30 (King et al., MODIS cloud tables), rounded.
constexpr Spectrum droplets = {.68F, .68F, .68F, .68F, .68F, .69F, .69F, .70F, .53F, .41F};
constexpr Spectrum crystals = {.76F, .75F, .75F, .75F, .75F, .75F, .75F, .75F, .25F, .23F};
constexpr Spectrum veil = {.42F, .42F, .42F, .42F, .42F, .42F, .42F, .42F, .24F, .20F};

Spectra basic() {
  Spectra s{};
  const auto put = [&](Surface surface, const Spectrum& bare, const Spectrum& green,
                       const Spectrum& crown_bare = branches, const Spectrum& crown_green = leaves) {
    s.surfaces[static_cast<std::size_t>(surface)] = {bare, green, crown_bare, crown_green};
  };
  put(Surface::none, dry_soil, meadow);
  put(Surface::winter_cereal, dry_soil, crop);
  put(Surface::rapeseed, dry_soil, rape);
  put(Surface::maize, dry_soil, maize);
  put(Surface::sunflower, chalk_soil, sunflower);
  put(Surface::soy, dry_soil, soy);
  put(Surface::grassland, dry_grass, meadow);
  put(Surface::orchard, dry_grass, meadow);
  put(Surface::vineyard, chalk_soil, sunflower);
  put(Surface::dense_built, roof_tile, asphalt);
  put(Surface::diffuse_built, roof_tile, meadow);
  put(Surface::industrial, metal_roof, asphalt);
  put(Surface::road, asphalt, asphalt);
  put(Surface::broadleaf, litter, meadow);
  put(Surface::conifer, litter, heath, needles, needles);
  put(Surface::moor, dry_grass, heath);
  put(Surface::alpine_grass, dry_grass, meadow);
  put(Surface::rock, gneiss, gneiss);
  put(Surface::scree, limestone, limestone);
  put(Surface::glacier, glacier_ice, glacier_ice);
  put(Surface::clear_water, clear_lake, clear_lake);
  put(Surface::turbid_water, turbid_lake, turbid_lake);
  put(Surface::lake_ice, black_ice, black_ice);
  s.fresh_snow = fine_grains;
  s.old_snow = coarse_grains;
  s.dirty_snow = dirty_grains;
  s.crown_snow = held_snow;
  s.warm_cloud = droplets;
  s.cold_cloud = crystals;
  s.cirrus = veil;
  return s;
}

Spectrum scaled(const Spectrum& a, float visible, float infrared, float swir) {
  Spectrum b = a;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] *= i < 3 ? visible : i < 8 ? infrared : swir;
  return b;
}

Spectrum between(const Spectrum& a, const Spectrum& b, float share) {
  Spectrum c{};
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = a[i] + share * (b[i] - a[i]);
  return c;
}

Spectra other() {
  Spectra s = basic();
  for (Mixture& m : s.surfaces) {
    m.bare = scaled(between(m.bare, dark_soil, 0.35F), 0.95F, 1.0F, 1.05F);
    m.green = scaled(between(m.green, dry_grass, 0.15F), 1.1F, 0.9F, 1.1F);
    m.crown_bare = scaled(m.crown_bare, 0.85F, 1.1F, 1.15F);
    m.crown_green = scaled(m.crown_green, 1.2F, 0.9F, 1.1F);
  }
  for (Surface keep : {Surface::clear_water, Surface::turbid_water, Surface::lake_ice, Surface::glacier}) {
    const auto at = static_cast<std::size_t>(keep);
    s.surfaces[at] = basic().surfaces[at];
    s.surfaces[at].bare = scaled(s.surfaces[at].bare, 1.15F, 0.9F, 1.3F);
    s.surfaces[at].green = s.surfaces[at].bare;
  }
  s.fresh_snow = between(fine_grains, coarse_grains, 0.35F);
  s.old_snow = scaled(coarse_grains, 0.94F, 0.96F, 1.4F);
  s.dirty_snow = scaled(dirty_grains, 1.04F, 1.0F, 1.2F);
  s.warm_cloud = scaled(droplets, 0.93F, 0.95F, 0.85F);
  s.cold_cloud = scaled(crystals, 0.95F, 0.97F, 0.85F);
  return s;
}

Spectra third() {
  Spectra s = basic();
  for (Mixture& m : s.surfaces) {
    // Moist ground is darker, most of all in the short-wave infrared; mild winters keep it green.
    m.bare = scaled(m.bare, 0.9F, 0.88F, 0.75F);
    m.green = scaled(between(m.green, crop, 0.25F), 0.95F, 1.05F, 0.85F);
    m.crown_bare = scaled(m.crown_bare, 1.1F, 1.0F, 0.85F);
    m.crown_green = scaled(m.crown_green, 0.9F, 1.1F, 0.9F);
  }
  const auto set = [&](Surface surface, const Spectrum& spectrum) {
    Mixture& m = s.surfaces[static_cast<std::size_t>(surface)];
    m.bare = spectrum;
    m.green = spectrum;
  };
  set(Surface::rock, basalt);
  set(Surface::scree, between(basalt, gneiss, 0.5F));
  set(Surface::clear_water, scaled(clear_lake, 0.8F, 1.1F, 1.0F));
  set(Surface::turbid_water, scaled(turbid_lake, 0.85F, 1.2F, 1.5F));
  set(Surface::lake_ice, scaled(black_ice, 0.85F, 0.8F, 1.0F));
  set(Surface::glacier, scaled(glacier_ice, 1.05F, 0.95F, 0.9F));
  s.fresh_snow = between(fine_grains, coarse_grains, 0.6F);
  s.old_snow = scaled(coarse_grains, 0.97F, 0.9F, 0.8F);
  s.dirty_snow = scaled(dirty_grains, 1.0F, 0.96F, 0.92F);
  s.crown_snow = scaled(held_snow, 0.9F, 0.9F, 0.8F);
  s.warm_cloud = scaled(droplets, 1.06F, 1.05F, 0.95F);
  s.cold_cloud = scaled(crystals, 0.9F, 0.92F, 1.1F);
  s.cirrus = scaled(veil, 0.9F, 0.9F, 0.9F);
  return s;
}

// Dry interiors. Soil, loess, crusts: ranges of the USGS and ECOSTRESS libraries for aridisols, playa crusts (halite
// with gypsum: absorption by its water beyond 1.4 µm) and desert varnish. Wind packs small facets of 0.2 to 0.4 mm:
// their short-wave infrared is twice that of coarse grains (Warren & Wiscombe 1980). Mineral dust takes blue before
// red. Suspended flour makes lakes turquoise with 0.15 to 0.25 in green.
constexpr Spectrum loess = {.16F, .22F, .29F, .33F, .355F, .375F, .39F, .41F, .49F, .44F};
constexpr Spectrum grey_soil = {.12F, .16F, .205F, .235F, .26F, .28F, .30F, .315F, .39F, .34F};
constexpr Spectrum salt_crust = {.40F, .45F, .49F, .51F, .52F, .525F, .525F, .52F, .36F, .23F};
constexpr Spectrum steppe_grass = {.055F, .085F, .090F, .140F, .240F, .290F, .310F, .330F, .300F, .200F};
constexpr Spectrum wormwood = {.055F, .075F, .080F, .115F, .190F, .225F, .245F, .260F, .260F, .175F};
constexpr Spectrum twigs = {.070F, .090F, .115F, .135F, .155F, .170F, .185F, .195F, .235F, .170F};
constexpr Spectrum varnished = {.058F, .070F, .090F, .105F, .120F, .133F, .145F, .158F, .245F, .235F};
constexpr Spectrum moraine = {.12F, .142F, .165F, .18F, .195F, .207F, .218F, .23F, .31F, .29F};
constexpr Spectrum debris_ice = {.31F, .34F, .33F, .31F, .285F, .265F, .24F, .21F, .035F, .03F};
constexpr Spectrum windswept_ice = {.20F, .225F, .20F, .175F, .14F, .125F, .105F, .09F, .02F, .016F};
constexpr Spectrum flour_lake = {.165F, .205F, .155F, .115F, .070F, .062F, .052F, .047F, .010F, .007F};
constexpr Spectrum cold_grains = {.95F, .95F, .95F, .945F, .935F, .93F, .92F, .905F, .215F, .19F};
constexpr Spectrum packed_grains = {.87F, .875F, .865F, .845F, .80F, .78F, .745F, .695F, .085F, .075F};
constexpr Spectrum dusty_grains = {.36F, .45F, .52F, .535F, .525F, .515F, .495F, .46F, .065F, .06F};
constexpr Spectrum small_crystals = {.70F, .70F, .70F, .70F, .71F, .71F, .71F, .71F, .33F, .29F};

Spectra dry() {
  Spectra s = basic();
  for (Mixture& m : s.surfaces) {
    m.bare = between(m.bare, grey_soil, 0.3F);
    m.green = scaled(between(m.green, steppe_grass, 0.2F), 1.05F, 0.95F, 1.05F);
    m.crown_bare = scaled(m.crown_bare, 1.15F, 1.05F, 1.2F);
  }
  const auto set = [&](Surface surface, const Spectrum& bare, const Spectrum& green) {
    Mixture& m = s.surfaces[static_cast<std::size_t>(surface)];
    m.bare = bare;
    m.green = green;
  };
  for (Surface field : {Surface::winter_cereal, Surface::rapeseed, Surface::maize, Surface::soy})
    s.surfaces[static_cast<std::size_t>(field)].bare = between(grey_soil, loess, 0.5F);
  set(Surface::grassland, between(grey_soil, dry_grass, 0.4F), steppe_grass);
  set(Surface::moor, grey_soil, wormwood);
  set(Surface::alpine_grass, dry_grass, between(steppe_grass, meadow, 0.4F));
  set(Surface::conifer, grey_soil, wormwood);
  set(Surface::rock, varnished, varnished);
  set(Surface::scree, moraine, moraine);
  set(Surface::glacier, debris_ice, debris_ice);
  set(Surface::clear_water, scaled(clear_lake, 1.2F, 0.9F, 1.0F), scaled(clear_lake, 1.2F, 0.9F, 1.0F));
  set(Surface::turbid_water, flour_lake, flour_lake);
  set(Surface::lake_ice, windswept_ice, windswept_ice);
  set(Surface::salt_flat, salt_crust, salt_crust);
  set(Surface::bare_loess, loess, loess);
  const auto crowns = [&](Surface surface, const Spectrum& bare, const Spectrum& green) {
    Mixture& m = s.surfaces[static_cast<std::size_t>(surface)];
    m.crown_bare = bare;
    m.crown_green = green;
  };
  const Spectrum spruce = scaled(needles, 0.9F, 0.92F, 0.9F);
  crowns(Surface::conifer, spruce, spruce);
  crowns(Surface::moor, twigs, wormwood);
  crowns(Surface::grassland, dry_grass, steppe_grass);
  crowns(Surface::alpine_grass, dry_grass, steppe_grass);
  crowns(Surface::scree, moraine, moraine);
  crowns(Surface::rock, varnished, varnished);
  s.fresh_snow = cold_grains;
  s.old_snow = packed_grains;
  s.dirty_snow = dusty_grains;
  s.crown_snow = scaled(held_snow, 1.05F, 1.05F, 1.2F);
  s.warm_cloud = scaled(droplets, 0.97F, 0.98F, 1.05F);
  s.cold_cloud = small_crystals;
  s.cirrus = scaled(veil, 0.95F, 0.95F, 1.1F);
  return s;
}

// The high north. Lichen mats: Petzold & Goward 1988 (Remote Sensing of Environment 24; Cladina stellaris of the
// Labrador plateau: pale, yellowish, no edge at the red). Bog moss holds water: dark beyond 1.5 µm. Black spruce bears
// beard lichen. Brown lakes: humic substances take the blue. White ice and ponds on ice: Perovich 1996 (CRREL 96-1),
// rounded. Packed snow of rounded grains of 0.3 to 0.5 mm; a glaze of ice over it takes more of the short-wave
// infrared (Warren & Wiscombe 1980).
constexpr Spectrum lichen_mat = {.20F, .27F, .32F, .35F, .39F, .42F, .44F, .46F, .42F, .29F};
constexpr Spectrum map_lichen = {.10F, .13F, .145F, .155F, .165F, .175F, .185F, .195F, .23F, .20F};
constexpr Spectrum peat = {.035F, .045F, .065F, .080F, .095F, .110F, .125F, .140F, .170F, .110F};
constexpr Spectrum bog_moss = {.040F, .070F, .075F, .115F, .190F, .225F, .245F, .255F, .150F, .075F};
constexpr Spectrum sedge = {.060F, .085F, .115F, .145F, .180F, .205F, .225F, .245F, .250F, .160F};
constexpr Spectrum dwarf_birch = {.050F, .065F, .085F, .105F, .130F, .150F, .165F, .180F, .215F, .150F};
constexpr Spectrum white_bark = {.085F, .100F, .115F, .130F, .150F, .165F, .180F, .190F, .195F, .140F};
constexpr Spectrum bearded_spruce = {.020F, .032F, .027F, .046F, .115F, .145F, .160F, .170F, .105F, .050F};
constexpr Spectrum moss_floor = {.022F, .045F, .035F, .075F, .180F, .220F, .240F, .255F, .150F, .075F};
constexpr Spectrum brown_lake = {.012F, .016F, .017F, .016F, .012F, .011F, .010F, .009F, .003F, .002F};
constexpr Spectrum white_ice = {.56F, .57F, .54F, .50F, .45F, .42F, .38F, .34F, .045F, .038F};
constexpr Spectrum ice_pond = {.27F, .25F, .15F, .10F, .065F, .055F, .050F, .045F, .012F, .010F};
constexpr Spectrum dry_flakes = {.95F, .95F, .95F, .945F, .93F, .925F, .915F, .90F, .175F, .155F};
constexpr Spectrum glazed_slab = {.84F, .845F, .835F, .81F, .765F, .74F, .705F, .65F, .058F, .05F};
constexpr Spectrum ridged_snow = {.465F, .455F, .44F, .425F, .40F, .385F, .36F, .33F, .026F, .022F};
constexpr Spectrum fog_droplets = {.60F, .60F, .60F, .60F, .605F, .61F, .615F, .62F, .52F, .43F};
constexpr Spectrum ice_sheet = {.66F, .655F, .65F, .65F, .65F, .65F, .65F, .65F, .22F, .19F};

Spectra northern() {
  Spectra s = basic();
  for (Mixture& m : s.surfaces) {
    m.bare = between(m.bare, peat, 0.4F);
    m.green = between(m.green, sedge, 0.3F);
    m.crown_bare = between(m.crown_bare, dwarf_birch, 0.5F);
    m.crown_green = scaled(m.crown_green, 1.1F, 0.8F, 1.05F);
  }
  const auto set = [&](Surface surface, const Spectrum& bare, const Spectrum& green) {
    Mixture& m = s.surfaces[static_cast<std::size_t>(surface)];
    m.bare = bare;
    m.green = green;
  };
  set(Surface::grassland, sedge, bog_moss);
  set(Surface::moor, between(peat, dwarf_birch, 0.5F), bog_moss);
  set(Surface::alpine_grass, lichen_mat, between(lichen_mat, dwarf_birch, 0.6F));
  set(Surface::conifer, lichen_mat, moss_floor);
  set(Surface::broadleaf, between(sedge, peat, 0.4F), moss_floor);
  set(Surface::rock, gneiss, gneiss);
  set(Surface::scree, map_lichen, map_lichen);
  set(Surface::clear_water, brown_lake, brown_lake);
  set(Surface::turbid_water, scaled(turbid_lake, 0.5F, 0.8F, 1.0F), scaled(turbid_lake, 0.5F, 0.8F, 1.0F));
  set(Surface::lake_ice, white_ice, ice_pond);
  const auto crowns = [&](Surface surface, const Spectrum& bare, const Spectrum& green) {
    Mixture& m = s.surfaces[static_cast<std::size_t>(surface)];
    m.crown_bare = bare;
    m.crown_green = green;
  };
  crowns(Surface::conifer, bearded_spruce, bearded_spruce);
  crowns(Surface::broadleaf, white_bark, scaled(leaves, 1.15F, 0.9F, 1.0F));
  crowns(Surface::moor, dwarf_birch, dwarf_birch);
  crowns(Surface::grassland, dwarf_birch, dwarf_birch);
  crowns(Surface::alpine_grass, dwarf_birch, dwarf_birch);
  crowns(Surface::scree, map_lichen, map_lichen);
  s.fresh_snow = dry_flakes;
  s.old_snow = glazed_slab;
  s.dirty_snow = ridged_snow;
  s.crown_snow = scaled(held_snow, 1.1F, 1.08F, 0.85F);
  s.warm_cloud = fog_droplets;
  s.cold_cloud = ice_sheet;
  s.cirrus = scaled(veil, 1.05F, 1.05F, 0.85F);
  return s;
}

}  // namespace

const Spectra& spectra_of(int set) {
  static const Spectra first = basic();
  static const Spectra second = other();
  static const Spectra wet = third();
  static const Spectra high = dry();
  static const Spectra last = northern();
  return set == 0 ? first : set == 1 ? second : set == 2 ? wet : set == 3 ? high : last;
}

}  // namespace cers::simulator
