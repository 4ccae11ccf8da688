import ControlCharts

extension DataOptions {
  /// Finds the columns that a kind of chart needs, or says which option is missing.
  func columns(of file: DataFile, _ kind: ChartKind) throws(CommandFailure) -> SampleColumns {
    let values = try valueColumns(of: file, kind)
    let grouping = try grouping(of: file, kind, valueColumns: values.count)
    var columns = SampleColumns(values: values, grouping: grouping)
    columns.label = try index(labelColumn, file, "--label-column")
    columns.stage = try index(stageColumn, file, "--stage-column")
    if kind.isAttribute {
      (columns.inspected, columns.inspectedEach) = try inspection(file, kind)
    } else if inspected != nil || inspectedEach != nil {
      throw .usage("--inspected: the chart \(kind.rawValue) takes measured values. Leave it out, or use p, np, c or u.")
    }
    if kind == .shortRunZ {
      guard let partColumn else {
        throw .usage(
          "--part-column: a short-run chart judges each part by its own target. Name the column with the part.")
      }
      columns.part = try file.index(of: partColumn, option: "--part-column")
    } else if partColumn != nil {
      throw .usage("--part-column: only --chart short-run-z judges by parts. Leave it out, or use --stage-column.")
    }
    return columns
  }

  private func index(_ name: String?, _ file: DataFile, _ option: String) throws(CommandFailure) -> Int? {
    guard let name else { return nil }
    return try file.index(of: name, option: option)
  }

  private func valueColumns(of file: DataFile, _ kind: ChartKind) throws(CommandFailure) -> [Int] {
    var found: [Int] = []
    for name in value { found.append(try file.index(of: name, option: "--value")) }
    if value.isEmpty {
      let named = file.header?.firstIndex { $0.lowercased() == "value" }
      guard let only = file.columnCount == 1 ? 0 : named else {
        throw .usage(
          "--value: the file has \(file.columnCount) columns. Say which of them holds the values: \(file.columnList).")
      }
      found = [only]
    }
    guard Set(found).count == found.count else { throw .usage("--value: a column is named twice. Name each once.") }
    switch kind {
    case .hotellingTSquared:
      guard found.count >= 2 else {
        throw .usage("--value: a T² chart needs two or more variables. Name their columns: --value length width.")
      }
    case .xbarRange, .xbarStandardDeviation, .median, .ewma, .cusum, .shortRunZ: break
    default:
      guard found.count == 1 else {
        throw .usage(
          "--value: the chart \(kind.rawValue) takes one column, not \(found.count)."
            + " For subgroups side by side use --chart xbar-r, xbar-s or median.")
      }
    }
    return found
  }

  private func grouping(
    of file: DataFile, _ kind: ChartKind, valueColumns: Int
  ) throws(CommandFailure) -> SampleColumns.Grouping {
    if subgroup != nil, subgroupColumn != nil {
      throw .usage("--subgroup and --subgroup-column: use one of them.")
    }
    let isGrouped = subgroup != nil || subgroupColumn != nil
    let mayBeGrouped = kind.subgroupSizes.upperBound > 1
    if isGrouped, !mayBeGrouped {
      let instead = kind == .individuals ? "xbar-r or xbar-s" : "individuals, after taking the mean of each subgroup,"
      throw .usage(
        "--subgroup: the chart \(kind.rawValue) takes single points. Leave it out, or use --chart \(instead).")
    }
    if isGrouped, valueColumns > 1 {
      throw .usage(
        "--subgroup: the values of a subgroup stand side by side in \(valueColumns) columns already. Leave it out.")
    }
    if let subgroup {
      let least = kind.subgroupSizes.lowerBound
      guard subgroup >= least else {
        throw .usage(
          "--subgroup: \(subgroup) is not possible with --chart \(kind.rawValue). Use \(least) or more, or --chart individuals."
        )
      }
      return subgroup == 1 ? .rows : .count(subgroup)
    }
    if let subgroupColumn { return .column(try file.index(of: subgroupColumn, option: "--subgroup-column")) }
    if mayBeGrouped, kind.subgroupSizes.lowerBound > 1, valueColumns == 1 {
      throw .usage(
        "--subgroup: the chart \(kind.rawValue) needs subgroups. Say --subgroup N or --subgroup-column NAME, name several"
          + " columns with --value, or use --chart individuals.")
    }
    return .rows
  }

  private func inspection(_ file: DataFile, _ kind: ChartKind) throws(CommandFailure) -> (Int?, Double?) {
    if let inspected {
      guard inspectedEach == nil else { throw .usage("--inspected and --inspected-each: use one of them.") }
      return (try file.index(of: inspected, option: "--inspected"), nil)
    }
    if let inspectedEach {
      guard inspectedEach > 0, inspectedEach.isFinite else {
        throw .usage("--inspected-each: \(inspectedEach) is not possible. Write how much is inspected, more than 0.")
      }
      return (nil, inspectedEach)
    }
    // A c chart counts in the same area of opportunity every time.
    guard kind == .c else {
      throw .usage(
        "--inspected: the chart \(kind.rawValue) needs how much was inspected. Name its column with --inspected, or say"
          + " --inspected-each N where it is always the same.")
    }
    return (nil, 1)
  }
}
