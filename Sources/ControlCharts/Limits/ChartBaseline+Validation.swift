extension ChartBaseline {
  /// - Throws: a fault that names the field that does not fit the kind, and the remedy.
  public func validate(for design: ChartDesign) throws(ControlChartFault) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> ControlChartFault {
      .baselineNotPossible(kind: design.kind, field: field, problem: problem, remedy: remedy)
    }
    guard sigma >= 0, (mean - 3 * sigma).isFinite, (mean + 3 * sigma).isFinite else {
      throw .limitsNotFinite(center: mean, sigma: sigma)
    }
    guard design.kind == .shortRunZ || parts.isEmpty else {
      throw fault("parts", "this kind has one target for all parts", "Leave them out, or use the kind short-run-z")
    }
    guard design.kind == .hotellingTSquared || meanVector.isEmpty && covariance.isEmpty else {
      throw fault("mean vector", "this kind has one variable", "Leave it and the covariance out, or use the kind t2")
    }
    switch design.kind {
    case .p, .np, .laneyP:
      guard mean >= 0, mean <= 1 else {
        throw fault("mean", "\(mean) is no proportion", "Enter the proportion nonconforming, from 0 to 1")
      }
    case .c, .u, .laneyU, .g, .t:
      guard mean >= 0 else { throw fault("mean", "\(mean) is not possible", "Enter a mean of 0 or more") }
    case .shortRunZ: try validateParts(fault)
    case .hotellingTSquared: try validateVector(design.variables, fault)
    case .individuals, .xbarRange, .xbarStandardDeviation, .median, .ewma, .cusum: break
    }
    guard design.kind == .cusum || design.cusum != nil, location(design, size: 1).sigma == 0 else { return }
    throw fault("sigma", "it is 0, and a CUSUM counts in sigmas", "Enter a sigma above 0, or leave the CUSUM out")
  }

  private func validateParts(
    _ fault: (String, String, String) -> ControlChartFault
  ) throws(ControlChartFault) {
    guard !parts.isEmpty else {
      throw fault("parts", "there is none", "Enter the target and sigma of every part")
    }
    for (position, part) in parts.enumerated() {
      guard part.target.isFinite, part.sigma > 0, part.sigma.isFinite else {
        throw fault(
          "parts", "part \"\(part.name)\" has the target \(part.target) and the sigma \(part.sigma)",
          "Enter finite numbers with a sigma above 0")
      }
      guard !parts[..<position].contains(where: { $0.name == part.name }) else {
        throw fault("parts", "part \"\(part.name)\" stands there twice", "Leave one of them out")
      }
    }
  }

  private func validateVector(
    _ variables: Int, _ fault: (String, String, String) -> ControlChartFault
  ) throws(ControlChartFault) {
    guard meanVector.count == variables, meanVector.allSatisfy(\.isFinite) else {
      throw fault(
        "mean vector", "it has \(meanVector.count) numbers for \(variables) variables", "Enter one finite mean for each"
      )
    }
    guard covariance.count == variables * variables, covariance.allSatisfy(\.isFinite) else {
      throw fault(
        "covariance", "it has \(covariance.count) numbers", "Enter \(variables) rows of \(variables) finite numbers")
    }
    guard CovarianceFactor(covariance, size: variables) != nil else {
      throw fault(
        "covariance", "it is not symmetric and positive definite: one variable follows from the others",
        "Leave a variable out, or give more points")
    }
    if let observations, observations <= variables {
      throw fault("observations", "\(observations) for \(variables) variables", "Enter more than \(variables), or none")
    }
  }
}
