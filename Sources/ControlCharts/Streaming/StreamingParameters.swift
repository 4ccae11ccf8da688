extension ChartDesign.EWMAParameters {
  /// - Throws: `.parameter` naming what is not possible.
  public func check() throws(ControlChartFault) {
    guard lambda > 0, lambda <= 1 else {
      throw .parameter(field: "lambda of the EWMA", value: lambda, need: "more than 0 and at most 1, for example 0.2")
    }
    guard width > 0, width.isFinite else {
      throw .parameter(field: "width of the EWMA", value: width, need: "a number above 0, for example 2.962")
    }
  }
}

extension ChartDesign.CUSUMParameters {
  /// - Throws: `.parameter` naming what is not possible.
  public func check() throws(ControlChartFault) {
    guard reference >= 0, reference.isFinite else {
      throw .parameter(field: "reference of the CUSUM", value: reference, need: "0 or more, for example 0.5")
    }
    guard decisionInterval > 0, decisionInterval.isFinite else {
      throw .parameter(
        field: "decision interval of the CUSUM", value: decisionInterval, need: "a number above 0, for example 5")
    }
    guard (0...decisionInterval).contains(headStart) else {
      throw .parameter(
        field: "head start of the CUSUM", value: headStart, need: "0 to the decision interval of \(decisionInterval)")
    }
  }
}
