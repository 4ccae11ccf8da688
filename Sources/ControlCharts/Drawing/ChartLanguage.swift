/// The language of what stands on a chart.
public enum ChartLanguage: String, Codable, Hashable, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh-CN"
}
