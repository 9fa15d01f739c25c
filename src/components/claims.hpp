// Resources that only one part of a node can own: a path, the name of a key, a port.
#pragma once

#include <map>

#include "model/node_spec.hpp"

namespace k8s_node {

/// Records the first owner. A second claim is reported at whichever of the two places is closer
/// to the operator, and names the other.
class Claims {
public:
    explicit Claims(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    /// Claims a file or link at an absolute path for this part alone: it must not be claimed by
    /// another part, be a directory in which another part writes, or belong to this program or to
    /// the system.
    void path(const std::string& path, const Position& at);

    /// Claims the files of a certificate or key pair below the PKI directory.
    void key_files(const std::string& name, const std::string& suffix, const Position& at);

    /// Claims a TCP port.
    void port(std::int64_t number, const Position& at);

private:
    void second(const Position& first, const Position& at, std::string message);
    void claim(const std::string& path, const std::string& what, const Position& at);

    std::map<std::string, Position> paths_;
    std::map<std::int64_t, Position> ports_;
    Diagnostics& diagnostics_;
};

} // namespace k8s_node
