/// Functions of numbers that are rare in networks, and so long that one copy serves all instruction sets.
#ifndef VENULE_FUNCTIONS_H
#define VENULE_FUNCTIONS_H

#include <stdint.h>

/// The functions of one float. The codes are those of PlanFormat's Activation.Function.
enum {
    FUNCTION_IDENTITY,
    FUNCTION_RELU,
    FUNCTION_BOUNDED_RELU,
    FUNCTION_LEAKY_RELU,
    FUNCTION_ELU,
    FUNCTION_SELU,
    FUNCTION_CELU,
    FUNCTION_SIGMOID,
    FUNCTION_HARD_SIGMOID,
    FUNCTION_SWISH,
    FUNCTION_HARD_SWISH,
    FUNCTION_TANH,
    FUNCTION_SOFTPLUS,
    FUNCTION_SOFTSIGN,
    FUNCTION_MISH,
    FUNCTION_GELU,
    FUNCTION_GELU_TANH,
    FUNCTION_CLIP,
    FUNCTION_EXP,
    FUNCTION_LOG,
    FUNCTION_SQRT,
    FUNCTION_ABS,
    FUNCTION_NEGATE,
    FUNCTION_RECIPROCAL,
    FUNCTION_FLOOR,
    FUNCTION_CEIL,
    FUNCTION_ERF,
    FUNCTION_ROUND,
    FUNCTION_SIGN,
    /// From here on they are those of `venule_function`.
    FUNCTION_SIN,
    FUNCTION_COS,
    FUNCTION_TAN,
    FUNCTION_ASIN,
    FUNCTION_ACOS,
    FUNCTION_ATAN,
    FUNCTION_SINH,
    FUNCTION_COSH,
    FUNCTION_ASINH,
    FUNCTION_ACOSH,
    FUNCTION_ATANH
};

/// A function of an angle or one of the hyperbola's, or its inverse: FUNCTION_SIN to FUNCTION_ATANH.
float venule_function(uint32_t function, float x);

/// The remainder of a / b with the sign of a (C's fmod), which is exact. NaN where b is 0 or a is infinite.
float venule_remainder(float a, float b);

/// The remainder of a / b with the sign of b, also where it is 0; rounded once where the signs of a and b differ.
float venule_modulo(float a, float b);

#endif
