import ControlCharts
import PlainCCharts

/// What a point costs: all eight Nelson rules, alone and with EWMA, CUSUM and running moments, beside the same in plain C.
struct ChartContests {
  static let pointsPerRepetition = 20_000_000
  static let chartCounts = [1, 10_000]

  private struct Contest {
    var charts: Int
    var isWhole: Bool
    var aim: Double
    var ours: [Double] = []
    var plain: [Double] = []
    var allocations = 0

    var name: String { isWhole ? "rules, EWMA, CUSUM, moments" : "eight Nelson rules" }
  }

  private let repetitions: Int
  private var contests: [Contest] = []

  init(repetitions: Int) {
    self.repetitions = repetitions
    for isWhole in [false, true] {
      for charts in Self.chartCounts {
        contests.append(Contest(charts: charts, isWhole: isWhole, aim: isWhole ? 25 : 10))
      }
    }
  }

  mutating func run() throws {
    let before = charts_allocations()
    let values = ChartPoints.normal(count: 1 << 16)
    guard charts_allocations() > before else { throw BenchFault("allocations are not counted") }
    for repetition in 1...repetitions {
      for index in contests.indices {
        let contest = contests[index]
        let ours = try ChartContestant(charts: contest.charts)
        let plain = PlainChartContestant(charts: contest.charts)
        let mine = contest.isWhole ? ours.wholePoints(values) : ours.rulePoints(values)
        let floor = contest.isWhole ? plain.wholePoints(values) : plain.rulePoints(values)
        guard mine.fired == floor.fired else {
          throw BenchFault("\(contest.name): \(mine.fired) points fired, \(floor.fired) of the floor")
        }
        contests[index].ours.append(mine.nanoseconds)
        contests[index].plain.append(floor.nanoseconds)
        contests[index].allocations = max(contests[index].allocations, mine.allocations)
      }
      Progress.note("charts: repetition \(repetition) of \(repetitions) done")
    }
  }

  var text: String {
    var table = Table(
      columns: ["work", "charts", "ns/point", "plain C", "ratio", "aim", "allocations"], wordColumns: [0])
    for contest in contests {
      let ratios = zip(contest.ours, contest.plain).map { $0 / $1 }
      table.rows.append([
        contest.name, String(contest.charts), number(contest.ours.median, 1), number(contest.plain.median, 1),
        number(ratios.median, 2), contest.charts > 1 ? "<= \(number(contest.aim, 0))" : "",
        String(contest.allocations),
      ])
    }
    let points = Self.pointsPerRepetition / 1_000_000
    return """
      Charts: \(points) million points in turn over the charts; \(repetitions) repetitions, medians, by processor time
      State of a chart: \(MemoryLayout<RuleHistory>.stride) bytes of rules, \(MemoryLayout<ChartCore>.stride) of everything \
      (aim: <= 128); limits \(MemoryLayout<ChartCore.Limits>.stride)


      """ + table.text + "\n"
  }
}
