// SPDX-License-Identifier: Apache-2.0
// Plots over the images of a season, one below the other, as SVG text.
#pragma once

#include <string>
#include <vector>

namespace cers::snow {

/// One value with its interval; NaN where there is none.
struct PlotPoint {
  double x = 0;  ///< position along the axis: days, or the number of the image
  double middle = 0;
  double low = 0;
  double high = 0;
};
/// dots: filled, on a drawn line, with bars for the intervals. diamonds: hollow, on a dashed line. box: of keys only,
/// the frame around a stack.
enum class PlotShape { dots, diamonds, box };
struct PlotSeries {
  std::string colour;
  PlotShape shape = PlotShape::dots;
  std::vector<PlotPoint> points;  ///< by x
};
/// Areas stacked at one x, the first lowest; as many as the panel has shades. They are part of `whole`, drawn as a
/// frame.
struct PlotStack {
  double x = 0;
  double whole = 0;
  std::vector<double> parts;
};
struct PlotKey {
  std::string colour;
  PlotShape shape = PlotShape::dots;
  std::string text;
};
/// One plot with its own scale, and a legend at its right.
struct PlotPanel {
  std::string name{};  ///< class of its group in the SVG
  std::string title{};
  std::string unit{};
  bool from_zero = false;
  std::vector<PlotSeries> series{};
  std::vector<PlotKey> keys{};
  std::vector<PlotStack> stacks{};
  std::vector<std::string> shades{};  ///< names of the parts of the stacks, the first lowest
};
/// Words under the axis.
struct PlotMark {
  double x = 0;
  std::string text;
};

/// The panels share the axis of `marks`. A panel with nothing to draw says so. Of marks too near to one another some
/// are left out.
std::string line_plot_svg(const std::vector<PlotPanel>& panels, const std::vector<PlotMark>& marks);

}  // namespace cers::snow
