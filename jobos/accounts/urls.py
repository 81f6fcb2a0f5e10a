"""Signing up, and choosing a new password by mail, for people in a browser."""

from django.urls import path

from jobos.accounts import views

urlpatterns = [
    path("sign-up/", views.SignUpView.as_view(), name="sign_up"),
    path("sign-up/done/", views.SignUpDoneView.as_view(), name="sign_up_done"),
    path("password/reset/", views.PasswordResetView.as_view(), name="admin_password_reset"),
    path("password/reset/done/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
