"""The hand-in service: a notebook comes by HTTP, is stored by the intake, graded by the engine, and its page goes back.

`tokens` say who somebody is; `inbox` takes an upload, on disk before it says so; `engine` answers what was taken; `visible` judges what a
student's own checks would; `web` is the one module that speaks HTTP.
"""
