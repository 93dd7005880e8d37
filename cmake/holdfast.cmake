# How Holdfast's own targets are made. A folder is one target:
#
#   holdfast_library(chat
#     SOURCES transcript.cc visitor.cc
#     DEPENDS base protocol            # our folders:   holdfast::base, holdfast::protocol
#     LINK    SQLite::SQLite3)         # third-party targets, see third_party.cmake
#   holdfast_test(chat SOURCES transcript_test.cc visitor_test.cc)
#   holdfast_bench(chat SOURCES transcript_bench.cc)
#   holdfast_program(holdfast SOURCES main.cc DEPENDS app)
#   holdfast_process_test(restart COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/restart.py PROGRAMS holdfast)
#
# A nested folder keeps its slash in the call (`holdfast_library(journal/sqlite ...)`) and becomes
# holdfast_journal_sqlite, holdfast::journal_sqlite and journal_sqlite_test.
# Includes start at src/: #include "base/result.h". Folders beside src/ (sim, tests) also see the
# root of the repository: #include "sim/network.h".

set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers to build with: address;undefined or thread")
option(HOLDFAST_BENCH "Build the benchmarks" OFF)
option(HOLDFAST_UNITY "Compile several files of a folder as one: three times as fast when everything is built, slower after a change" OFF)
set(HOLDFAST_FUZZ "" CACHE STRING "Build the fuzzers, and nothing else, with clang: ON, or COVERAGE to count the lines that they reach")
option(HOLDFAST_PLANTS "Build with the planted bugs of src/base/plant.h, to be switched on by HOLDFAST_PLANT" OFF)
if(HOLDFAST_PLANTS)
  add_compile_definitions(HOLDFAST_PLANTS=1)
endif()

find_program(HOLDFAST_CCACHE ccache)
if(HOLDFAST_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${HOLDFAST_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HOLDFAST_CCACHE})
endif()

find_program(HOLDFAST_LLD ld.lld)
if(HOLDFAST_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-fdiagnostics-color=auto)
if(HOLDFAST_SANITIZE)
  add_compile_definitions(HOLDFAST_SANITIZED=1)
  foreach(sanitizer IN LISTS HOLDFAST_SANITIZE)
    add_compile_options(-fsanitize=${sanitizer})
    add_link_options(-fsanitize=${sanitizer})
  endforeach()
  if("undefined" IN_LIST HOLDFAST_SANITIZE)
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
  add_compile_options(-fno-omit-frame-pointer)
endif()

# Everything is compiled so that a fuzzer sees which way it went, or so that lines are counted; holdfast_fuzzer links
# libFuzzer's main.
if(HOLDFAST_FUZZ STREQUAL "COVERAGE")
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
elseif(HOLDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Everything that CTest runs, with the programs it starts: `tools/build asan all_tests`.
add_custom_target(all_tests)
# Those of them with the label `threads`.
add_custom_target(threads_tests)

# Sanitizers make a test several times slower; its bound in seconds grows with them.
function(_holdfast_timeout out seconds)
  if(NOT seconds)
    set(seconds 120)
  endif()
  if(HOLDFAST_SANITIZE)
    math(EXPR seconds "${seconds} * 5")
  endif()
  set(${out} ${seconds} PARENT_SCOPE)
endfunction()

function(_holdfast_target_name out folder)
  string(REPLACE "/" "_" name ${folder})
  set(${out} ${name} PARENT_SCOPE)
endfunction()

function(_holdfast_our_targets out)
  set(result)
  foreach(folder IN LISTS ARGN)
    _holdfast_target_name(name ${folder})
    list(APPEND result holdfast::${name})
  endforeach()
  set(${out} ${result} PARENT_SCOPE)
endfunction()

function(_holdfast_include_roots out)
  set(src ${PROJECT_SOURCE_DIR}/src)
  set(roots ${src})
  cmake_path(IS_PREFIX src ${CMAKE_CURRENT_SOURCE_DIR} in_src)
  if(NOT in_src)
    list(APPEND roots ${PROJECT_SOURCE_DIR})
  endif()
  set(${out} ${roots} PARENT_SCOPE)
endfunction()

# GCC 12, when it optimises, sees accesses outside a std::string's own buffer, its buffer being freed, and reads of an empty optional's payload, where there are none.
set(HOLDFAST_PHANTOM_WARNINGS)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(HOLDFAST_PHANTOM_WARNINGS -Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow -Wno-maybe-uninitialized -Wno-restrict
    -Wno-free-nonheap-object)
endif()

# TEST: files of tests. The standard library is most of what a file costs to compile: it is parsed once for each set of flags.
function(_holdfast_compile_options target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TEST" "" "")
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror ${HOLDFAST_PHANTOM_WARNINGS})
  set(prelude holdfast_prelude)
  if(arg_TEST)
    target_compile_options(${target} PRIVATE ${HOLDFAST_TEST_OPTIONS})
    set(prelude holdfast_prelude_test)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${prelude})
  # Boost.Asio and Beast do not like to meet in one file.
  set(net ${PROJECT_SOURCE_DIR}/src/net)
  cmake_path(IS_PREFIX net ${CMAKE_CURRENT_SOURCE_DIR} in_net)
  if(HOLDFAST_UNITY AND NOT in_net)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

function(holdfast_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK")
  _holdfast_target_name(name ${folder})
  _holdfast_our_targets(ours ${arg_DEPENDS})
  _holdfast_include_roots(roots)
  set(target holdfast_${name})

  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_include_directories(${target} PUBLIC ${roots})
    target_link_libraries(${target} PUBLIC ${ours} ${arg_LINK})
    _holdfast_compile_options(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${roots})
    target_link_libraries(${target} INTERFACE ${ours} ${arg_LINK})
  endif()
  add_library(holdfast::${name} ALIAS ${target})
endfunction()

function(holdfast_program program)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK")
  _holdfast_our_targets(ours ${arg_DEPENDS})
  _holdfast_include_roots(roots)
  set(target program_${program})
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${program})
  target_include_directories(${target} PRIVATE ${roots})
  target_link_libraries(${target} PRIVATE ${ours} ${arg_LINK})
  _holdfast_compile_options(${target})
  # The name that people type: `tools/build release holdfast`.
  if(NOT TARGET ${program})
    add_custom_target(${program} DEPENDS ${target})
  endif()
endfunction()

# One executable a folder, one CTest test an executable: asking each binary for its list of tests
# at build time costs more than running them. TIMEOUT is in seconds (default 120). THREADS: the folder has more than one, and
# ThreadSanitizer something to look for.
function(holdfast_test folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "TIMEOUT" "SOURCES;DEPENDS;LINK")
  _holdfast_target_name(name ${folder})
  _holdfast_our_targets(ours ${arg_DEPENDS})
  _holdfast_include_roots(roots)
  if(TARGET holdfast_${name})
    list(PREPEND ours holdfast::${name})
  endif()
  _holdfast_timeout(timeout "${arg_TIMEOUT}")

  set(target ${name}_test)
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${roots})
  target_compile_definitions(${target} PRIVATE HOLDFAST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE holdfast_test_main ${ours} ${arg_LINK} GTest::gmock)
  _holdfast_compile_options(${target} TEST)
  add_test(NAME ${target} COMMAND ${target} --gtest_brief=1)
  set_tests_properties(${target} PROPERTIES TIMEOUT ${timeout} LABELS unit)
  add_dependencies(all_tests ${target})
  if(arg_THREADS)
    set_tests_properties(${target} PROPERTIES LABELS "unit;threads")
    add_dependencies(threads_tests ${target})
  endif()
endfunction()

# A script that starts real processes. It finds the programs through HOLDFAST_BIN, and runs under the
# sanitizers too.
function(holdfast_process_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "COMMAND;PROGRAMS")
  _holdfast_timeout(timeout "${arg_TIMEOUT}")
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  set_tests_properties(
    ${name} PROPERTIES TIMEOUT ${timeout} LABELS process
                       ENVIRONMENT HOLDFAST_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
  if(arg_PROGRAMS)
    add_dependencies(all_tests ${arg_PROGRAMS})
  endif()
endfunction()

function(holdfast_bench folder)
  if(NOT HOLDFAST_BENCH)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK")
  _holdfast_target_name(name ${folder})
  _holdfast_our_targets(ours ${arg_DEPENDS})
  _holdfast_include_roots(roots)
  if(TARGET holdfast_${name})
    list(PREPEND ours holdfast::${name})
  endif()
  set(target ${name}_bench)
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${roots})
  target_link_libraries(${target} PRIVATE ${ours} ${arg_LINK} benchmark::benchmark_main)
  _holdfast_compile_options(${target})
endfunction()
