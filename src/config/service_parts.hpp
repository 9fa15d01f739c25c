// The pieces of a service as they are read, each in a file of its own.
#pragma once

#include "config/reader.hpp"
#include "model/node_spec.hpp"

namespace k8s_node {

/// Reports what the unit model refuses, at the place that says it.
template <typename Make>
void require_writable(const Position& at, Diagnostics& diagnostics, Make make) {
    try {
        static_cast<void>(make());
    } catch (const Error& error) {
        diagnostics.add(at, error.message());
    }
}

/// One argument, which must be what a unit file can hold.
[[nodiscard]] Argument argument_at(const std::string& text, const Position& at,
                                   Diagnostics& diagnostics);

/// Program, arguments, flags, earlier commands, environment and credentials.
void read_command_parts(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics);

/// `unit` and `service`: directives by systemd's own names, values written as
/// systemd reads them.
void read_directives(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics);

/// `ready` and `wait_for`.
void read_readiness(const Tree& ready, ServiceSpec& service, Diagnostics& diagnostics);
void read_wait(const Tree& wait_for, ServiceSpec& service, Diagnostics& diagnostics);

/// After both. `timeout` is what the service's own TimeoutStartSec= says, if it
/// does: systemd would end a longer wait.
void fit_start_timeout(const Tree* timeout, ServiceSpec& service, Diagnostics& diagnostics);

} // namespace k8s_node
