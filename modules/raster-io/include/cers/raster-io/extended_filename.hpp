// SPDX-License-Identifier: Apache-2.0
// Options that travel with a file name, in the manner of OTB: path?&key=value&key=value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cers/core/window.hpp"

namespace cers {

/// One item of `&bands=`: 1-based and inclusive, negative numbers count from the last band (−1), an open end is unset.
struct BandRange {
  std::optional<int> first;
  std::optional<int> last;
  friend bool operator==(const BandRange&, const BandRange&) = default;
};

/// The bands a file name selects, in the order and as often as they are named. Empty: all of them.
struct BandSelection {
  std::vector<BandRange> ranges;
  friend bool operator==(const BandSelection&, const BandSelection&) = default;
  /// 0-based bands of a raster with `count` of them. Throws UserError when one does not exist or a range runs
  /// backwards.
  std::vector<int> resolve(int count) const;
};

/// An input file name taken apart.
struct ReaderName {
  std::string path;
  BandSelection bands;                ///< `&bands=`; applied by whoever builds the graph, not by open_raster()
  bool skip_carto = false;            ///< `&skipcarto=true`: no CRS, origin 0,0, spacing 1
  bool skip_geom = false;             ///< accepted, without effect
  std::optional<int> resolution;      ///< `&resol=n`: the n-th reduced resolution; 0 is the full one
  std::optional<double> gsd_m;        ///< `&gsd=`: a product as one image of that ground sampling distance
  std::string tile;                   ///< `&tile=31TCJ`: of a product that holds several tiles
  std::optional<int> subdataset;      ///< `&sdataidx=i`, counted from 0
  std::vector<std::string> warnings;  ///< to be shown to the user: options that change nothing

  std::vector<int> resolve_bands(int count) const { return bands.resolve(count); }
};

/// One item of `&nodata=`.
struct NodataItem {
  std::optional<int> band;  ///< 1-based; unset: every band
  double value = 0;
  friend bool operator==(const NodataItem&, const NodataItem&) = default;
};

/// An output file name taken apart. `box`, `bands` and `tile_side` are for whoever builds the graph; the sink applies
/// the rest.
struct WriterName {
  std::string path;
  std::vector<std::pair<std::string, std::string>> creation_options;  ///< `&gdal:co:KEY=VALUE`, in order
  std::vector<NodataItem> nodata;                                     ///< `&nodata=v` or `&nodata=b:v,b:v`
  std::optional<Window> box;          ///< `&box=x:y:width:height`, pixels of the whole result
  BandSelection bands;                ///< `&bands=`
  bool cog = false;                   ///< `&format=cog`: a cloud optimized GeoTIFF
  bool round = false;                 ///< `&round=true`: nearest integer instead of truncation
  std::optional<int> tile_side;       ///< work tile asked for with `&streaming:type=tiled`, pixels
  std::optional<int> epsg;            ///< `&epsg=`: CRS to declare, pixels unchanged
  std::vector<std::string> warnings;  ///< to be shown to the user: options that change nothing
};

/// Throws UserError for unknown keys (naming the nearest), malformed values and an empty path.
ReaderName parse_reader_name(std::string_view text);
WriterName parse_writer_name(std::string_view text);

}  // namespace cers
