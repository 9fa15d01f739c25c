// Strings made of what has a meaning to systemd, shells or C: the same ones
// for the same seed, so that a failure can be run again.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace k8s_node::test {

class RandomStrings {
public:
    explicit RandomStrings(std::uint32_t seed) : random_(seed) {}

    /// Valid UTF-8 without NUL; now and then empty.
    std::string text();

    /// Any bytes but NUL, not empty.
    std::string bytes();

private:
    std::size_t below(std::size_t limit);
    std::mt19937 random_;
};

} // namespace k8s_node::test
