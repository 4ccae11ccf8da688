import ControlCharts
import Testing

/// Values computed in 40 digits; relative error at most ``tolerance``, in the tails as well.
@Suite struct DistributionCaseTests {
  static let tolerance = 1e-12

  @Test func normalProbabilities() throws {
    struct Row: Decodable { var z, below: Double }
    for row in try CapabilityCases<Row>("normal-probability").rows {
      #expect(relativeError(NormalDistribution.probability(below: row.z), row.below) < Self.tolerance, "\(row)")
      #expect(NormalDistribution.probability(above: -row.z) == NormalDistribution.probability(below: row.z))
    }
  }

  @Test func normalQuantiles() throws {
    struct Row: Decodable { var probability, quantile: Double }
    for row in try CapabilityCases<Row>("normal-quantile").rows {
      let error = abs(NormalDistribution.quantile(row.probability) - row.quantile)
      #expect(error <= max(1e-15, Self.tolerance * abs(row.quantile)), "\(row)")
      #expect(NormalDistribution.upperQuantile(row.probability) == -NormalDistribution.quantile(row.probability))
    }
  }

  @Test func chiSquareProbabilities() throws {
    struct Row: Decodable { var degreesOfFreedom, x, below, above: Double }
    for row in try CapabilityCases<Row>("chi-square-probability").rows {
      let distribution = ChiSquareDistribution(degreesOfFreedom: row.degreesOfFreedom)
      #expect(relativeError(distribution.probability(below: row.x), row.below) < Self.tolerance, "\(row)")
      #expect(relativeError(distribution.probability(above: row.x), row.above) < Self.tolerance, "\(row)")
    }
  }

  @Test func chiSquareQuantiles() throws {
    struct Row: Decodable { var degreesOfFreedom, probability, quantile: Double }
    for row in try CapabilityCases<Row>("chi-square-quantile").rows {
      let distribution = ChiSquareDistribution(degreesOfFreedom: row.degreesOfFreedom)
      #expect(relativeError(distribution.quantile(row.probability), row.quantile) < Self.tolerance, "\(row)")
    }
  }

  @Test func betaProbabilities() throws {
    struct Row: Decodable { var first, second, x, below, above: Double }
    for row in try CapabilityCases<Row>("beta-probability").rows {
      let distribution = BetaDistribution(row.first, row.second)
      #expect(relativeError(distribution.probability(below: row.x), row.below) < Self.tolerance, "\(row)")
      #expect(relativeError(distribution.probability(above: row.x), row.above) < Self.tolerance, "\(row)")
    }
  }

  @Test func betaQuantiles() throws {
    struct Row: Decodable { var first, second, probability, quantile: Double }
    for row in try CapabilityCases<Row>("beta-quantile").rows {
      let distribution = BetaDistribution(row.first, row.second)
      #expect(relativeError(distribution.quantile(row.probability), row.quantile) < Self.tolerance, "\(row)")
    }
  }

  @Test func fQuantiles() throws {
    struct Row: Decodable { var numerator, denominator, probability, quantile: Double }
    for row in try CapabilityCases<Row>("f-quantile").rows {
      let distribution = FDistribution(
        numeratorDegreesOfFreedom: row.numerator, denominatorDegreesOfFreedom: row.denominator)
      #expect(relativeError(distribution.quantile(row.probability), row.quantile) < Self.tolerance, "\(row)")
      #expect(abs(distribution.probability(below: row.quantile) - row.probability) < Self.tolerance)
    }
  }

  @Test func studentQuantiles() throws {
    struct Row: Decodable { var degreesOfFreedom, probability, quantile: Double }
    for row in try CapabilityCases<Row>("student-quantile").rows {
      let distribution = StudentDistribution(degreesOfFreedom: row.degreesOfFreedom)
      #expect(relativeError(distribution.quantile(row.probability), row.quantile) < Self.tolerance, "\(row)")
      #expect(abs(distribution.probability(below: row.quantile) - row.probability) < Self.tolerance)
    }
  }
}
