/// Means of so many values in a row, without overlap: points that depend on each other less than the values do.
public struct BatchMeans: Codable, Hashable, Sendable {
  /// Lag-1 autocorrelation of the means that a batch size aims below.
  public static let target = 0.1
  public static let maximumSize = 10_000

  public let size: Int
  public private(set) var count = 0
  private var sum = 0.0

  /// - Throws: `.parameter` for a size outside 1 to ``maximumSize``.
  public init(size: Int) throws(ControlChartFault) {
    guard (1...Self.maximumSize).contains(size) else {
      throw .parameter(field: "batch size", value: Double(size), need: "1 to \(Self.maximumSize) values")
    }
    self.size = size
  }

  /// Takes a finite value; the mean once the batch is full.
  public mutating func take(_ value: Double) -> Double? {
    sum += value
    count += 1
    guard count == size else { return nil }
    let mean = sum / Double(size)
    drop()
    return mean
  }

  /// A gap, a change of lot or a stage: a batch that is not full is no point.
  public mutating func drop() {
    count = 0
    sum = 0
  }

  /// The smallest size for which means of a first-order autoregressive process correlate by less than ``target``:
  /// φ(1-φᵇ)² / (b(1-φ²) - 2φ(1-φᵇ)). 1 where the values themselves do.
  public static func size(lagOne: Double) -> Int {
    // Above this the process is no longer stationary to speak of, and no handy batch helps.
    let phi = min(lagOne, 0.9999)
    guard phi >= target else { return 1 }
    var power = 1.0
    for size in 1..<maximumSize {
      power *= phi
      let correlation =
        phi * (1 - power) * (1 - power) / (Double(size) * (1 - phi * phi) - 2 * phi * (1 - power))
      if abs(correlation) < target { return size }
    }
    return maximumSize
  }

  /// The smallest size for which the means of these values correlate by less than ``target``, as measured, with at least
  /// twenty means; else the size of the autoregressive process with their autocorrelation.
  public static func size(of values: [Double]) -> Int {
    var size = 1
    while size <= values.count / 20, size <= maximumSize {
      var monitor = AutocorrelationMonitor()
      for start in stride(from: 0, through: values.count - size, by: size) {
        monitor.take(values[start..<(start + size)].reduce(0, +) / Double(size))
      }
      guard let lagOne = monitor.lagOne else { return 1 }
      if abs(lagOne) < target { return size }
      size += 1
    }
    var monitor = AutocorrelationMonitor()
    for value in values { monitor.take(value) }
    return Self.size(lagOne: monitor.lagOne ?? 0)
  }
}
