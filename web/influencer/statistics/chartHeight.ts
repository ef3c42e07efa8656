/** Of the chart and of what stands in its place while it comes. */
export const CHART_HEIGHT_PX = 260;
