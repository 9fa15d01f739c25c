#include "systemd/notify.hpp"

#include <systemd/sd-daemon.h>

#include "journal/journal.hpp"

namespace k8s_node {

void tell_status(std::string_view text) {
    sd_notify(/*unset_environment=*/0, ("STATUS=" + printable_line("", text)).c_str());
}

void tell_ready() {
    sd_notify(/*unset_environment=*/0, "READY=1");
}

void tell_stopping() {
    sd_notify(/*unset_environment=*/0, "STOPPING=1");
}

} // namespace k8s_node
