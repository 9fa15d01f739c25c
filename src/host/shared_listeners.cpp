#include "host/shared_listeners.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <linux/filter.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

/// The kernel numbers the sockets of a port in the order in which they joined; if one leaves, the
/// last one gets its number. For an unused number the kernel chooses.
constexpr unsigned eldest = 0;
constexpr unsigned next_to_it = 1;

/// Offsets into the network header of the connection request.
constexpr unsigned network = static_cast<unsigned>(SKF_NET_OFF);
constexpr unsigned source_v4 = network + 12;
constexpr unsigned source_v6 = network + 8;

/// Matches 127.0.0.0/8, and ::1 by its first four bytes, which no other address has.
constexpr std::array<sock_filter, 9> steering = {{
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, network),
    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 2, 0),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, source_v4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 127, 2, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, source_v6),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, next_to_it),
    BPF_STMT(BPF_RET | BPF_K, eldest),
}};

/// The header of glibc 2.36 declares these two with C++ linkage.
UniqueFd open_process(pid_t process) {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

UniqueFd copy_descriptor(const UniqueFd& process, int number) {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0)));
}

bool has_option(int socket, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 && value != 0;
}

/// Returns the numbers of the process's descriptors that are sockets.
std::vector<int> sockets_of(pid_t process) {
    std::vector<int> sockets;
    for (const auto& entry : directory_entries("/proc/" + std::to_string(process) + "/fd")) {
        std::error_code closed;
        const auto number = parse_integer(entry.filename().string());
        if (number && fs::read_symlink(entry, closed).string().starts_with("socket:[")) {
            sockets.push_back(static_cast<int>(*number));
        }
    }
    return sockets;
}

void steer(int socket) {
    auto instructions = steering;
    const sock_fprog program{static_cast<unsigned short>(instructions.size()), instructions.data()};
    if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) != 0) {
        throw system_error(errno, "set which of several processes gets a connection");
    }
}

} // namespace

unsigned prefer_eldest(pid_t process) {
    const auto handle = open_process(process);
    if (!handle) {
        throw system_error(errno, "open process " + std::to_string(process));
    }
    unsigned steered = 0;
    for (const int number : sockets_of(process)) {
        const auto socket = copy_descriptor(handle, number);
        if (!socket && errno == EBADF) {
            continue; // closed in the meantime
        }
        if (!socket) {
            throw system_error(errno, "open the sockets of process " + std::to_string(process));
        }
        if (has_option(socket.get(), SO_ACCEPTCONN) && has_option(socket.get(), SO_REUSEPORT)) {
            steer(socket.get());
            ++steered;
        }
    }
    return steered;
}

} // namespace k8s_node::host
