// Readers for the parts of a service, each in its own file.
#pragma once

#include "model/node_spec.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

/// Reports what the unit model refuses, at the place where it is written.
template <typename Make>
void require_writable(const Position& at, Diagnostics& diagnostics, Make make) {
    try {
        static_cast<void>(make());
    } catch (const Error& error) {
        diagnostics.add(at, error.message());
    }
}

/// Returns one argument; reports text that a unit file cannot hold.
[[nodiscard]] Argument argument_at(const std::string& text, const Position& at,
                                   Diagnostics& diagnostics);

/// Reads program, arguments, flags, earlier commands, environment and credentials.
void read_command_parts(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics);

/// Reads `unit` and `service`: directives under systemd's own names, values in systemd's syntax.
void read_directives(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics);

/// Reads `ready` and `wait_for`.
void read_readiness(const Tree& ready, ServiceSpec& service, Diagnostics& diagnostics);
void read_wait(const Tree& wait_for, ServiceSpec& service, Diagnostics& diagnostics);

/// Reads `live`.
void read_liveness(const Tree& live, ServiceSpec& service, Diagnostics& diagnostics);

/// Call it after both. `timeout` is the service's own TimeoutStartSec=, if set: systemd would end
/// a longer wait.
void fit_start_timeout(const Tree* timeout, ServiceSpec& service, Diagnostics& diagnostics);

} // namespace k8s_node
