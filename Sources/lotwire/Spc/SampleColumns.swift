import ControlCharts

/// Which columns of a data file are what, as indices from 0.
struct SampleColumns {
  /// One column of values, or several: the values of a subgroup side by side, or the variables of a T² chart.
  var values: [Int]
  /// How much was inspected: a column, or so much for every row.
  var inspected: Int?
  var inspectedEach: Double?
  var part: Int?
  var label: Int?
  var stage: Int?
  var grouping: Grouping

  enum Grouping: Equatable {
    /// Each row is a point.
    case rows
    /// So many rows in a row.
    case count(Int)
    /// Rows in a row with the same text in this column.
    case column(Int)
  }
}

/// The points of a data file.
struct SampleSeries {
  var points: [StudyPoint] = []
  /// Most values in one subgroup; 1 for single values.
  var largestSubgroup = 1
  /// What a reader of the chart should know of the file: partial subgroups, empty cells.
  var notes: [String] = []
}

extension StudyPoint {
  /// The measured values; none for counts and gaps.
  var values: [Double] {
    switch content {
    case .sample(.values(let values)), .sample(.part(_, let values)): values
    case .sample(.count), .gap: []
    }
  }
}
