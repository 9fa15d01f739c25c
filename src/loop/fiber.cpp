#include "loop/fiber.hpp"

#include <cerrno>
#include <cstdint>
#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "support/error.hpp"

#if defined(__has_feature)
#define SANITIZED(what) __has_feature(what##_sanitizer)
#else
#define SANITIZED(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || SANITIZED(address)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__) || SANITIZED(thread)
#include <sanitizer/tsan_interface.h>
#endif

namespace k8s_node {

namespace {

/// Only pages that are used take memory.
constexpr std::size_t stack_size = std::size_t{1} << 20U;

// The sanitizers watch stacks and must be told of each switch; elsewhere this is nothing. Inlined,
// because ThreadSanitizer counts the functions that each fiber has entered.

#if defined(__SANITIZE_ADDRESS__) || SANITIZED(address)
[[gnu::always_inline]] inline void before_switch(void** kept, const void* bottom, std::size_t size,
                                                 void* /*record*/) {
    __sanitizer_start_switch_fiber(kept, bottom, size);
}
void after_switch(void* kept, const void** bottom, std::size_t* size) {
    __sanitizer_finish_switch_fiber(kept, bottom, size);
}
void* make_record() {
    return nullptr;
}
void drop_record(void* /*record*/) {}
#elif defined(__SANITIZE_THREAD__) || SANITIZED(thread)
[[gnu::always_inline]] inline void before_switch(void** kept, const void* /*bottom*/,
                                                 std::size_t /*size*/, void* record) {
    if (kept != nullptr) {
        *kept = __tsan_get_current_fiber();
    }
    __tsan_switch_to_fiber(record, 0);
}
void after_switch(void* /*kept*/, const void** /*bottom*/, std::size_t* /*size*/) {}
void* make_record() {
    return __tsan_create_fiber(0);
}
void drop_record(void* record) {
    __tsan_destroy_fiber(record);
}
#else
[[gnu::always_inline]] inline void before_switch(void** /*kept*/, const void* /*bottom*/,
                                                 std::size_t /*size*/, void* /*record*/) {}
void after_switch(void* /*kept*/, const void** /*bottom*/, std::size_t* /*size*/) {}
void* make_record() {
    return nullptr;
}
void drop_record(void* /*record*/) {}
#endif

std::size_t page_size() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {
    const auto guard = page_size(); // below the stack, so that an overflow is a fault at once
    memory_ = ::mmap(nullptr, guard + stack_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory_ == MAP_FAILED) {
        throw system_error(errno, "allocate a stack");
    }
    if (::mprotect(memory_, guard, PROT_NONE) < 0) {
        const int error = errno;
        ::munmap(memory_, guard + stack_size);
        throw system_error(error, "protect the end of a stack");
    }
    auto* const bottom = static_cast<std::byte*>(memory_) + guard;
    ::getcontext(&own_);
    own_.uc_stack.ss_sp = bottom;
    own_.uc_stack.ss_size = stack_size;
    own_place_ = {bottom, stack_size, make_record()};
    // The arguments are int, so a pointer needs two (makecontext(3), NOTES).
    const auto self = reinterpret_cast<std::uintptr_t>(this);            // NOLINT
    ::makecontext(&own_, reinterpret_cast<void (*)()>(&Fiber::enter), 2, // NOLINT
                  static_cast<unsigned>(self >> 32U), static_cast<unsigned>(self));
}

Fiber::~Fiber() {
    drop_record(own_place_.sanitizer);
    ::munmap(memory_, page_size() + stack_size);
}

void Fiber::enter(unsigned high, unsigned low) {
    auto& self = *reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32U | low); // NOLINT
    after_switch(nullptr, &self.resumer_place_.bottom, &self.resumer_place_.size);
    self.body_();
    self.has_ended_ = true;
    before_switch(nullptr, self.resumer_place_.bottom, self.resumer_place_.size,
                  self.resumer_place_.sanitizer);
    ::setcontext(&self.resumer_); // does not return
}

void Fiber::resume() {
    swap_exceptions();
    before_switch(&resumer_place_.sanitizer, own_place_.bottom, own_place_.size,
                  own_place_.sanitizer);
    ::swapcontext(&resumer_, &own_);
    after_switch(resumer_place_.sanitizer, nullptr, nullptr);
    swap_exceptions();
}

void Fiber::pause() {
    before_switch(&own_place_.sanitizer, resumer_place_.bottom, resumer_place_.size,
                  resumer_place_.sanitizer);
    ::swapcontext(&own_, &resumer_);
    after_switch(own_place_.sanitizer, &resumer_place_.bottom, &resumer_place_.size);
}

void Fiber::swap_exceptions() noexcept {
    std::swap(*reinterpret_cast<Exceptions*>(abi::__cxa_get_globals()), exceptions_); // NOLINT
}

} // namespace k8s_node
