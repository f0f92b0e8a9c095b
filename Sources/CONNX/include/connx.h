#pragma once
#include "onnx.pb-c.h"

/* A constant that Swift cannot import, since its type has pointers. */
static inline const ProtobufCMessageDescriptor *venule_onnx_model_descriptor(void) {
    return &venule_onnx__model_proto__descriptor;
}
