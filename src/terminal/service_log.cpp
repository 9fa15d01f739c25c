#include "terminal/service_log.hpp"

#include <cstdio>
#include <unistd.h>

#include "journal/journal.hpp"
#include "journal/journal_sink.hpp"

namespace k8s_node::cli {

void print_line(Priority priority, const std::string& message) {
    if (is_journal_stream(STDERR_FILENO)) {
        std::fprintf(stderr, "<%d>", static_cast<int>(priority));
    }
    std::fprintf(stderr, "%s\n", printable_line("", message).c_str());
}

} // namespace k8s_node::cli
