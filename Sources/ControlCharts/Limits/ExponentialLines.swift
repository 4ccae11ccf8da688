/// The lines of a t chart: times between events that come at random are exponential, so the lines are the quantiles of
/// that distribution at the probabilities of the normal centre and its 1, 2 and 3 sigma lines. Rules find the same
/// probabilities between the lines as on any other chart (Xie, Goh and Ranjan 2002).
enum ExponentialLines {
  /// -ln(1 - Φ(z)) for z = -3...3, to the last digit of a double. Written out, because logarithms may differ in their last
  /// digit between machines; the tests hold them to the logarithm.
  static let quantiles: [Double] = [
    0.001_350_809_964_748_193_6, 0.023_012_909_328_963_486, 0.172_753_779_023_449_88, 0.693_147_180_559_945_3,
    1.841_021_645_009_263_9, 3.783_184_333_682_031_9, 6.607_726_221_510_349,
  ]

  static func lines(mean: Double) -> PanelLines {
    func line(_ index: Int) -> Double? {
      let line = quantiles[index] * mean
      return line.isFinite ? line : nil
    }
    return PanelLines(
      center: quantiles[3] * mean, lowerThreeSigma: line(0), lowerTwoSigma: line(1), lowerOneSigma: line(2),
      upperOneSigma: line(4), upperTwoSigma: line(5), upperThreeSigma: line(6))
  }
}
