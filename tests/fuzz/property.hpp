// What a fuzz target says: this holds for every input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "support/error.hpp"

/// One input. Targets define it, libFuzzer or replay.cpp calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace k8s_node::fuzz {

/// Ends the program when the property does not hold, so that the fuzzer keeps
/// the input.
inline void require(bool holds, std::string_view property, std::string_view shown = "") {
    if (!holds) {
        std::fprintf(stderr, "property does not hold: %.*s\n%.*s\n",
                     static_cast<int>(property.size()), property.data(),
                     static_cast<int>(shown.size()), shown.data());
        std::abort();
    }
}

[[nodiscard]] inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Runs `body`; false when it refused the input with an Error that says
/// something. Every other exception is a finding and ends the program.
template <typename Body>
[[nodiscard]] bool accepts(Body body) {
    try {
        body();
        return true;
    } catch (const Error& error) {
        require(!error.message().empty(), "an error says what is wrong");
        return false;
    }
}

} // namespace k8s_node::fuzz
