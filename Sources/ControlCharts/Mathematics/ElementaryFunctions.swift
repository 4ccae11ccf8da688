// The one file of this room that speaks to the C library: elementary functions of real numbers, which the language's own
// module lacks. They depend on nothing but their argument. The rules that judge points must not use them: their results may
// differ in the last bit from one version of the library to the next.
#if canImport(Glibc)
  import Glibc
#endif

/// e to the power of `x`.
func mathExp(_ x: Double) -> Double { exp(x) }

/// e to the power of `x`, less 1, exact also for small `x`.
func mathExpMinusOne(_ x: Double) -> Double { expm1(x) }

/// The natural logarithm.
func mathLog(_ x: Double) -> Double { log(x) }

/// The natural logarithm of 1 + `x`, exact also for small `x`.
func mathLogOnePlus(_ x: Double) -> Double { log1p(x) }

/// `base` to the power of `exponent`.
func mathPower(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func mathSin(_ x: Double) -> Double { sin(x) }

func mathCos(_ x: Double) -> Double { cos(x) }

/// The angle whose tangent is `x`.
func mathArcTan(_ x: Double) -> Double { atan(x) }

/// The error function.
func mathErf(_ x: Double) -> Double { erf(x) }

/// 1 less the error function, exact also in the far tail.
func mathErfc(_ x: Double) -> Double { erfc(x) }

/// The logarithm of the absolute value of the gamma function. It keeps the sign apart, so it is safe on many threads.
func mathLogGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// The standard normal distribution: P(Z <= x).
func mathNormalCumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

/// The standard normal density.
func mathNormalDensity(_ x: Double) -> Double { exp(-0.5 * x * x) / (2 * Double.pi).squareRoot() }
