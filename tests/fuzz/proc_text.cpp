// What the kernel and systemd tell about a machine, which differs from what
// this version has seen.
#include "host/proc_text.hpp"

#include <algorithm>

#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

void check_units(std::string_view text) {
    auto units = host::parse_unit_names(text);
    for (const auto& unit : units) {
        require(unit.find_first_of("/:\n") == std::string::npos, "a unit is one name", unit);
    }
    std::ranges::sort(units);
    require(std::ranges::adjacent_find(units) == units.end(), "each unit is named once");
}

void check_numbers(std::string_view text) {
    if (const auto memory = host::parse_memory_total(text)) {
        require(*memory % 1024 == 0, "memory is counted in whole KiB");
    }
    if (const auto version = host::parse_systemd_version(text)) {
        require(*version >= 0, "a version is not negative");
    }
    for (const auto& entry : host::parse_bound_sockets(text)) {
        require(entry.inode != 0, "a socket that is gone holds no port");
    }
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto text = fuzz::as_text(data, size);
    fuzz::check_units(text);
    fuzz::check_numbers(text);
    const auto os = host::parse_os_release(text);
    fuzz::require((os.id + os.version_id + os.name).find('\n') == std::string::npos,
                  "a value of os-release is one line");
    for (const auto& area : host::parse_swaps(text)) {
        fuzz::require(area.find_first_of(" \t\n") == std::string::npos, "a swap area is one word");
    }
    static_cast<void>(host::parse_cgroup_layout(text));
    static_cast<void>(host::parse_bounding_set(text));
    static_cast<void>(host::architecture_name(text));
    return 0;
}
