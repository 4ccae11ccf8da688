/// The methods behind the figures, as a report names them to people.
extension CapabilityIndex.Method {
  public var english: String {
    switch self {
    case .chiSquare: "interval by the chi-square distribution"
    case .bissell: "interval after Bissell (normal approximation)"
    case .boyles: "Cpm after Boyles, divisor N; interval by the chi-square distribution"
    }
  }

  public var chinese: String {
    switch self {
    case .chiSquare: "卡方分布置信区间"
    case .bissell: "Bissell 置信区间（正态近似）"
    case .boyles: "Boyles 的 Cpm，除数 N；卡方分布置信区间"
    }
  }
}

extension PercentileDefinition {
  public var english: String {
    switch self {
    case .weibull: "percentiles at p(N+1), type 6"
    case .linear: "percentiles at 1+p(N-1), type 7"
    case .medianUnbiased: "percentiles at p(N+1/3)+1/3, type 8"
    case .hazen: "percentiles at pN+1/2, type 5"
    }
  }

  public var chinese: String {
    switch self {
    case .weibull: "百分位数位置 p(N+1)，第 6 型"
    case .linear: "百分位数位置 1+p(N-1)，第 7 型"
    case .medianUnbiased: "百分位数位置 p(N+1/3)+1/3，第 8 型"
    case .hazen: "百分位数位置 pN+1/2，第 5 型"
    }
  }
}

extension ToleranceFactor.Method {
  public var english: String {
    switch self {
    case .twoSidedExact: "two-sided tolerance factor, exact"
    case .twoSidedWaldWolfowitz: "two-sided tolerance factor, approximation of Wald and Wolfowitz"
    case .oneSidedExact: "one-sided tolerance factor, exact (noncentral t)"
    }
  }

  public var chinese: String {
    switch self {
    case .twoSidedExact: "双侧容许区间系数（精确）"
    case .twoSidedWaldWolfowitz: "双侧容许区间系数（Wald-Wolfowitz 近似）"
    case .oneSidedExact: "单侧容许区间系数（精确，非中心 t 分布）"
    }
  }
}
