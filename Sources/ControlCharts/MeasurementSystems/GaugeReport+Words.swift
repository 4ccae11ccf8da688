/// Where spread comes from, as a report names it to people.
extension GaugeReport.Source {
  public var english: String {
    switch self {
    case .gauge: "gauge R&R"
    case .repeatability: "repeatability"
    case .reproducibility: "reproducibility"
    case .people: "operators"
    case .interaction: "operators × parts"
    case .parts: "part to part"
    case .total: "total"
    }
  }

  public var chinese: String {
    switch self {
    case .gauge: "量具 R&R"
    case .repeatability: "重复性"
    case .reproducibility: "再现性"
    case .people: "测量者"
    case .interaction: "测量者 × 零件"
    case .parts: "零件间"
    case .total: "总变差"
    }
  }
}
