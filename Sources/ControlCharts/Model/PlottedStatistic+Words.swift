extension PlottedStatistic {
  /// What is plotted, as a person reads it.
  public var english: String {
    switch self {
    case .value: "value"
    case .mean: "mean"
    case .median: "median"
    case .range: "range"
    case .standardDeviation: "standard deviation"
    case .movingRange: "moving range"
    case .ewma: "EWMA"
    case .cusumHigh: "CUSUM upwards"
    case .cusumLow: "CUSUM downwards"
    case .proportion: "proportion"
    case .count: "count"
    case .rate: "rate"
    case .gap: "gap between events"
    case .tSquared: "T²"
    case .standardized: "standardised value"
    }
  }

  public var chinese: String {
    switch self {
    case .value: "单值"
    case .mean: "均值"
    case .median: "中位数"
    case .range: "极差"
    case .standardDeviation: "标准差"
    case .movingRange: "移动极差"
    case .ewma: "EWMA"
    case .cusumHigh: "上侧 CUSUM"
    case .cusumLow: "下侧 CUSUM"
    case .proportion: "不合格品率"
    case .count: "计数"
    case .rate: "单位不合格数"
    case .gap: "事件间隔"
    case .tSquared: "T²"
    case .standardized: "标准化值"
    }
  }
}
